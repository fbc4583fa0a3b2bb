// Which rows of the glossary occurred in what was said: what the booth must render in the meeting's own way. Pure.

import type { CaptionFrame } from "./captions.ts";

/** A row of the glossary for one direction. */
export interface Term {
  term: string;
  /** Other words that mean the same row. */
  forms: string[];
  rendering: string;
  note: string;
  /** Whether capitals count. */
  case: boolean;
}

interface Way {
  words: string[];
  row: Term;
}

const WORD = /[\p{L}\p{M}\p{Nd}]+(?:['’-][\p{L}\p{M}\p{Nd}]+)*/gu;

const wordsOf = (text: string): string[] => text.match(WORD) ?? [];
const fold = (text: string): string => text.toLowerCase().replaceAll("’", "'");

/** Finds rows in texts, the longest first: by the words of their forms, and by what the pairs' agents found. */
export class Terms {
  /** First word, folded → the ways of saying a row that begin so, the longest first. */
  readonly #ways = new Map<string, Way[]>();
  readonly #rows = new Map<string, Term>();

  constructor(rows: readonly Term[]) {
    for (const row of rows) {
      this.#rows.set(fold(row.term), row);
      for (const text of [row.term, ...row.forms]) this.#add({ words: wordsOf(text), row });
    }
    for (const ways of this.#ways.values()) ways.sort((one, other) => other.words.length - one.words.length);
  }

  get size(): number {
    return this.#rows.size;
  }

  /** The rows in a text, in the order in which they are said. */
  in(text: string): Term[] {
    const words = wordsOf(text);
    const found: Term[] = [];
    for (let at = 0; at < words.length; ) {
      const way = this.#ways.get(fold(words[at] ?? ""))?.find((one) => isSaid(one, words, at));
      if (way) found.push(way.row);
      at += way?.words.length ?? 1;
    }
    return found;
  }

  /** The last rows that occurred, the newest first: in the floor's words, and in what agents hit in the target's. */
  last(floor: readonly CaptionFrame[], target: readonly CaptionFrame[], most: number): Term[] {
    const said = [
      ...floor.map((frame) => ({ startS: frame.startS, rows: [...this.in(frame.text), ...this.#hitsOf(frame)] })),
      ...target.map((frame) => ({ startS: frame.startS, rows: this.#hitsOf(frame) })),
    ].sort((one, other) => one.startS - other.startS);
    const found = new Set<Term>();
    for (const row of said.flatMap(({ rows }) => rows)) {
      found.delete(row);
      found.add(row);
    }
    return [...found].slice(-most).reverse();
  }

  #hitsOf(frame: CaptionFrame): Term[] {
    return frame.glossaryHits.flatMap((hit) => this.#rows.get(fold(hit)) ?? []);
  }

  #add(way: Way): void {
    const [first] = way.words;
    if (first === undefined) return;
    const known = this.#ways.get(fold(first));
    if (known) known.push(way);
    else this.#ways.set(fold(first), [way]);
  }
}

function isSaid({ words, row }: Way, said: string[], at: number): boolean {
  return words.every((word, index) => {
    const other = said[at + index] ?? "";
    return row.case ? word === other : fold(word) === fold(other);
  });
}
