// What the pages of speakers and captioners share: who they are, in which language, and what others read of it.

import { CaptionPane } from "./caption_pane.ts";
import type { CaptionFrame } from "./captions.ts";
import { element, type Config } from "./config.ts";
import { recall, remember } from "./memory.ts";
import type { Phrases } from "./phrases.ts";
import type { Phrase } from "./words.ts";

export interface FloorActions {
  onStart(): void;
  onLanguage(): void;
}

export class FloorForm {
  readonly #pane: CaptionPane;
  readonly #name = element<HTMLInputElement>("name");
  readonly #language = element<HTMLSelectElement>("spoken");

  constructor(
    private readonly config: Config,
    private readonly phrases: Phrases,
    actions: FloorActions,
  ) {
    const toLive = element<HTMLButtonElement>("to-live");
    this.#pane = new CaptionPane(element("captions"), element("lines"), false, (isFollowing) => {
      toLive.hidden = isFollowing;
    });
    toLive.addEventListener("click", () => this.#pane.backToLive());
    this.#name.value = recall("name") ?? "";
    this.#name.addEventListener("input", () => remember("name", this.#name.value));
    const spoken = recall("spoken");
    if (config.languages.some(({ tag }) => tag === spoken)) this.#language.value = spoken ?? "";
    this.#language.addEventListener("change", () => {
      remember("spoken", this.#language.value);
      actions.onLanguage();
    });
    element<HTMLFormElement>("start-form").addEventListener("submit", (event) => {
      event.preventDefault();
      actions.onStart();
    });
  }

  /** Empty: they gave none. */
  get name(): string {
    return this.#name.value.trim();
  }

  get language(): string {
    return this.#language.value;
  }

  get direction(): string {
    return this.config.languages.find(({ tag }) => tag === this.language)?.direction ?? "ltr";
  }

  drawLanguage(): void {
    this.#pane.setLanguage(this.language, this.direction);
  }

  /** The name is told when one joins. */
  lockName(isLocked: boolean): void {
    this.#name.disabled = isLocked;
  }

  lockLanguage(isLocked: boolean): void {
    this.#language.disabled = isLocked;
  }

  drawCaptions(finals: CaptionFrame[], open: CaptionFrame[]): void {
    this.#pane.draw(finals, open);
    element("empty").hidden = finals.length + open.length > 0;
  }

  drawLive(phrase: Phrase | null): void {
    this.phrases.draw(element("live"), phrase);
  }
}
