// The captioner's page: only this module touches it.

import { CaptionPane } from "./caption_pane.ts";
import type { CaptionFrame } from "./captions.ts";
import { element, type Config } from "./config.ts";
import { recall, remember } from "./memory.ts";
import { Phrases } from "./phrases.ts";
import type { Phrase } from "./words.ts";

export interface Actions {
  onStart(): void;
  onLeave(): void;
  onType(text: string): void;
  /** Whether the text may be pasted. */
  onPaste(text: string): boolean;
  onSend(): void;
  onFix(): void;
  onEscape(): void;
  onOn(): void;
  onSound(): void;
  onLanguage(): void;
}

export type Stage = "before" | "typing";

export class CaptionerScreen {
  readonly #phrases: Phrases;
  readonly #pane: CaptionPane;
  readonly #config: Config;
  readonly #name = element<HTMLInputElement>("name");
  readonly #language = element<HTMLSelectElement>("spoken");
  readonly #text = element<HTMLTextAreaElement>("text");

  constructor(config: Config, actions: Actions) {
    this.#config = config;
    this.#phrases = new Phrases(config.strings);
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
    element<HTMLFormElement>("type-form").addEventListener("submit", (event) => {
      event.preventDefault();
      actions.onSend();
      this.#text.focus();
    });
    element("fix").addEventListener("click", () => {
      actions.onFix();
      this.#text.focus();
    });
    element("on").addEventListener("click", () => actions.onOn());
    element("sound").addEventListener("click", () => actions.onSound());
    element("leave").addEventListener("click", () => actions.onLeave());
    this.#listenToText(actions);
  }

  #listenToText(actions: Actions): void {
    this.#text.addEventListener("input", (event) => {
      // What a keyboard for another script has not settled yet is nobody's.
      if (!(event as InputEvent).isComposing) actions.onType(this.#text.value);
    });
    this.#text.addEventListener("compositionend", () => actions.onType(this.#text.value));
    this.#text.addEventListener("paste", (event) => {
      const isTaken = actions.onPaste(event.clipboardData?.getData("text/plain") ?? "");
      if (!isTaken) event.preventDefault();
    });
    this.#text.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        actions.onSend();
      } else if (event.key === "ArrowUp" && this.#text.value.trim() === "") {
        event.preventDefault();
        actions.onFix();
      } else if (event.key === "Escape") {
        actions.onEscape();
      }
    });
  }

  get name(): string {
    return this.#name.value.trim() || this.#phrases.say("captioner");
  }

  get language(): string {
    return this.#language.value;
  }

  get text(): string {
    return this.#text.value;
  }

  /** Put a text into the field, to go on at its end. */
  drawText(text: string): void {
    this.#text.value = text;
    this.#text.setSelectionRange(text.length, text.length);
  }

  drawLanguage(): void {
    const language = this.#config.languages.find(({ tag }) => tag === this.language);
    this.#text.lang = this.language;
    this.#text.dir = language?.direction ?? "ltr";
    this.#pane.setLanguage(this.language, language?.direction ?? "ltr");
  }

  /** The language cannot change under what is on its way. */
  drawLanguageLock(isLocked: boolean): void {
    this.#language.disabled = isLocked;
  }

  drawStage(stage: Stage): void {
    document.body.dataset.stage = stage;
    element("start").hidden = stage === "typing";
    this.#name.disabled = stage === "typing";
    element("type-form").hidden = stage === "before";
    element("sound").hidden = stage === "before";
    if (stage === "typing") this.#text.focus();
  }

  drawCaptions(finals: CaptionFrame[], open: CaptionFrame[]): void {
    this.#pane.draw(finals, open);
    element("empty").hidden = finals.length + open.length > 0;
  }

  drawLive(phrase: Phrase | null): void {
    this.#phrases.draw(element("live"), phrase);
  }

  /** Whose the captions are. */
  drawState(phrase: Phrase | null): void {
    this.#phrases.draw(element("state"), phrase);
  }

  /** What came of the captioner's last step. */
  say(phrase: Phrase | null): void {
    this.#phrases.draw(element("notice"), phrase);
  }

  drawWaiting(words: number): void {
    this.#phrases.draw(element("waiting"), words === 0 ? null : { key: words === 1 ? "waiting_one" : "waiting", values: { count: String(words) }, tone: "caution" });
  }

  drawFixing(isFixing: boolean, canFix: boolean): void {
    document.body.dataset.fixing = String(isFixing);
    element<HTMLButtonElement>("fix").setAttribute("aria-disabled", String(isFixing || !canFix));
    element("send-label").textContent = this.#phrases.say(isFixing ? "send_correction" : "send");
    element("text-label").textContent = this.#phrases.say(isFixing ? "text_correction" : "text");
  }

  drawOn(isOn: boolean): void {
    element("on").setAttribute("aria-pressed", String(isOn));
  }

  drawSound(hasSound: boolean): void {
    element("sound").setAttribute("aria-pressed", String(hasSound));
  }
}
