"""What a credential claims, for policies that ask: room policy, section 4. Kind: credential-claims.

(python-cbor is writing this.)
"""
