// Draws phrases into the page: words, their tone, and whether they are there at all.

import { element } from "./config.ts";
import { fill, type Phrase } from "./words.ts";

export class Phrases {
  constructor(readonly strings: Record<string, string>) {}

  say(key: string, values: Record<string, string> = {}): string {
    return fill(this.strings[key] ?? key, values);
  }

  /** An element without a phrase keeps its place, empty. */
  draw(target: HTMLElement, phrase: Phrase | null): void {
    const words = phrase === null ? "" : this.say(phrase.key, phrase.values);
    if (target.textContent !== words) target.textContent = words;
    target.dataset.tone = phrase?.tone ?? "calm";
    target.dataset.key = phrase?.key ?? "";
  }
}

/** Plain words; what they say already is left alone. */
export function drawText(id: string, words: string): void {
  const target = element(id);
  if (target.textContent !== words) target.textContent = words;
}

/** An icon of the sheet; one that is there already is not asked for again: browsers fetch the sheet each time. */
export function drawIcon(id: string, name: string): void {
  const [target, href] = [element(id), `/static/dist/icons.svg#${name}`];
  if (target.getAttribute("href") !== href) target.setAttribute("href", href);
}
