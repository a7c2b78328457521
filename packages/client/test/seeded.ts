/** Numbers that look random and are the same in every run: an xorshift of 32 bits. */
export function openSeeded(seed: string): (below: number) => number {
  let state = [...seed].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) | 0, 0x2545f491) || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
