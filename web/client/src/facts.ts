// The numbers and names in what was said: what an interpreter loses first. Pure.

import type { CaptionFrame } from "./captions.ts";

/** Digits with what may stand inside a number, a currency before it and a unit sign after it. */
const NUMBER = /[$€£¥]?\s?\p{Nd}(?:[\p{Nd}.,:'’\u00a0\u202f/-]*\p{Nd})?\s?[%‰°€$£¥]?/gu;
/** Words with a capital, side by side or joined by what joins names. */
const NAME = /\p{Lu}[\p{L}\p{M}\p{Nd}'’-]*(?:\s(?:(?:de|del|de la|da|di|du|van|von|der|of)\s)?\p{Lu}[\p{L}\p{M}\p{Nd}'’-]*)*/gu;
/** Where a sentence begins, a capital proves nothing. */
const BEGIN = /(?:^|[.!?…:]\s+|[¿¡])[«“"¿¡(]*$/u;

/** What the product says itself where it has no words, as “[4 s were not heard]”: nobody has said that. */
const MARK = /^\s*\[[^\]]*\]\s*$/u;

export function numbersIn(text: string): string[] {
  return (text.match(NUMBER) ?? []).map((number) => number.trim());
}

/** Words that are written with a capital where nothing but a name is: not alone at the beginning of a sentence, and
 * not “I”. In a language that writes all nouns so there are too many to help, and in one without capitals none. */
export function namesIn(text: string): string[] {
  return [...text.matchAll(NAME)].flatMap((match) => {
    const [name] = match;
    const begins = BEGIN.test(text.slice(0, match.index));
    const known = begins ? name.replace(/^\S+\s*(?=\p{Lu}|$)/u, "") : name;
    return known.length > 1 ? [known] : [];
  });
}

/** The last ones that `find` finds in what was said, each once, in the order in which they were said last. */
export function last(find: (text: string) => string[], said: Pick<CaptionFrame, "text">[], most: number): string[] {
  const found = new Set<string>();
  for (const fact of said.flatMap(({ text }) => (MARK.test(text) ? [] : find(text)))) {
    found.delete(fact);
    found.add(fact);
  }
  return [...found].slice(-most);
}

/** What was said in the last seconds before the newest word: no clock is needed, and none can be wrong. */
export function recent(frames: CaptionFrame[], seconds: number): CaptionFrame[] {
  const newest = Math.max(...frames.map(({ endS }) => endS));
  return frames.filter(({ endS }) => endS >= newest - seconds);
}
