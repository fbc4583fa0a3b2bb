// How loud voices are, and what makes one as loud as another: gated loudness after ITU-R BS.1770. Pure; fed with blocks.

/** Length of a block whose mean square is measured; a new one begins about every 100 ms. */
export const BLOCK_S = 0.4;
/** Below this (LUFS) a block is silence … */
const SILENCE = -70;
/** … and so far (LU) below the others it is a pause between words. */
const PAUSE = -10;
/** Half a minute of sound: a voice that moves away from its microphone is followed. */
const REMEMBERED_BLOCKS = 300;
/** So few say nothing yet: the first ones are partly the silence before. */
const ENOUGH_BLOCKS = 5;
const MOST_DB = 12;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Loudness (LUFS) of a K-weighted mean square. */
export function loudnessOf(meanSquare: number): number {
  return -0.691 + 10 * Math.log10(meanSquare);
}

/** Loudness (LUFS) of a voice without its pauses, from the mean squares of its blocks; null for silence. */
export function gatedLoudness(meanSquares: readonly number[]): number | null {
  const sounding = meanSquares.filter((block) => loudnessOf(block) > SILENCE);
  if (sounding.length === 0) return null;
  const gate = loudnessOf(mean(sounding)) + PAUSE;
  return loudnessOf(mean(sounding.filter((block) => loudnessOf(block) > gate)));
}

/** The gain (dB) that makes a voice as loud as another, within limits: noise is not made a voice. */
export function matchingDb(loudness: number | null, wanted: number | null): number {
  if (loudness === null || wanted === null) return 0;
  return Math.min(MOST_DB, Math.max(-MOST_DB, wanted - loudness));
}

/** Gain on the way from one to another (`part` 0 to 1): of two unlike sounds that swap, the power stays the same. */
export function fadeGain(from: number, to: number, part: number): number {
  const angle = (Math.min(1, Math.max(0, part)) * Math.PI) / 2;
  return Math.hypot(from * Math.cos(angle), to * Math.sin(angle));
}

/** Remembers how loud each voice was when it last sounded. */
export class Matching {
  readonly #blocks = new Map<string, number[]>();

  /** Take one block of a voice: its K-weighted mean square. */
  hear(voice: string, meanSquare: number): void {
    if (loudnessOf(meanSquare) <= SILENCE) return;
    const blocks = this.#blocks.get(voice) ?? [];
    this.#blocks.set(voice, blocks);
    blocks.push(meanSquare);
    if (blocks.length > REMEMBERED_BLOCKS) blocks.shift();
  }

  /** The gain (dB) that makes one voice as loud as another; 0 until both have been heard. */
  gainDb(voice: string, other: string): number {
    return matchingDb(this.#loudness(voice), this.#loudness(other));
  }

  #loudness(voice: string): number | null {
    const blocks = this.#blocks.get(voice) ?? [];
    return blocks.length < ENOUGH_BLOCKS ? null : gatedLoudness(blocks);
  }
}
