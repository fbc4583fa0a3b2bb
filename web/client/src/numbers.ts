// The numbers in what was said: what an interpreter loses first. Pure.

import type { CaptionFrame } from "./captions.ts";

/** Digits with what may stand inside a number, a currency before it and a unit sign after it. */
const NUMBER = /[$€£¥]?\s?\p{Nd}(?:[\p{Nd}.,:'’\u00a0\u202f/-]*\p{Nd})?\s?[%‰°€$£¥]?/gu;

export function numbersIn(text: string): string[] {
  return (text.match(NUMBER) ?? []).map((number) => number.trim());
}

/** The last ones, each once, in the order in which they were said last. */
export function lastNumbers(frames: CaptionFrame[], most: number): string[] {
  const found = new Set<string>();
  for (const number of frames.flatMap(({ text }) => numbersIn(text))) {
    found.delete(number);
    found.add(number);
  }
  return [...found].slice(-most);
}

/** What was said in the last seconds before the newest word: no clock is needed, and none can be wrong. */
export function recent(frames: CaptionFrame[], seconds: number): CaptionFrame[] {
  const newest = Math.max(...frames.map(({ endS }) => endS));
  return frames.filter(({ endS }) => endS >= newest - seconds);
}
