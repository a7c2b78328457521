"""The MIMI drafts once more, as far as it takes to check the test vectors: written from the drafts, in Python."""
