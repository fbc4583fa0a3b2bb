// The two panes of captions on the desk, and the numbers and names in what was said; only draws.

import { CaptionPane } from "./caption_pane.ts";
import type { CaptionFrame, CaptionReceiver } from "./captions.ts";
import { element, type Language } from "./config.ts";
import { last, namesIn, numbersIn, recent } from "./facts.ts";
import { drawText } from "./phrases.ts";

const SOURCE_S = 60;
/** What the machine said last; more would be a transcript. */
const OWN_S = 30;
const NUMBERS = 6;
const NAMES = 4;

export class ConsolePanes {
  readonly #languages: Map<string, Language>;
  readonly #source = new CaptionPane(element("source"), element("source-lines"), false, () => undefined);
  readonly #own = new CaptionPane(element("own"), element("own-lines"), false, () => undefined);
  #tags = { source: "", own: "" };
  /** The newest frame whose names and numbers stand there. */
  #newest: CaptionFrame | undefined;

  constructor(languages: Language[]) {
    this.#languages = new Map(languages.map((language) => [language.tag, language]));
  }

  show(areShown: boolean): void {
    element("panes").hidden = !areShown;
  }

  setLanguages(source: string, own: string): void {
    if (source !== this.#tags.source) this.#begin(this.#source, "source-language", source);
    if (own !== this.#tags.own) this.#begin(this.#own, "own-language", own);
    this.#tags = { source, own };
  }

  draw(source: CaptionReceiver, own: CaptionReceiver): void {
    const { finals, open } = source;
    this.#source.draw(recent(finals, SOURCE_S), open);
    this.#own.draw(recent(own.finals, OWN_S), own.open);
    this.#drawFacts([...finals, ...open]);
  }

  /** Of a whole meeting: looked for only when something has been said since. */
  #drawFacts(soFar: CaptionFrame[]): void {
    const newest = soFar.at(-1);
    if (newest === this.#newest) return;
    this.#newest = newest;
    drawText("facts", [...last(namesIn, soFar, NAMES), ...last(numbersIn, soFar, NUMBERS)].join(" · "));
  }

  #begin(pane: CaptionPane, title: string, tag: string): void {
    const language = this.#languages.get(tag);
    pane.setLanguage(tag, language?.direction ?? "ltr");
    element(title).textContent = language?.endonym ?? tag;
    element(title).lang = tag;
  }
}
