// The captioner's page: only this module touches it.

import type { CaptionFrame } from "./captions.ts";
import { element, type Config } from "./config.ts";
import { FloorForm, type FloorActions } from "./floor_form.ts";
import { Phrases } from "./phrases.ts";
import type { Phrase } from "./words.ts";

export interface Actions extends FloorActions {
  onLeave(): void;
  onType(text: string): void;
  /** Whether the text may be pasted. */
  onPaste(text: string): boolean;
  onSend(): void;
  onFix(): void;
  onEscape(): void;
  onOn(): void;
  onSound(): void;
}

export type Stage = "before" | "typing";

export class CaptionerScreen {
  readonly #phrases: Phrases;
  readonly #floor: FloorForm;
  readonly #text = element<HTMLTextAreaElement>("text");

  constructor(config: Config, actions: Actions) {
    this.#phrases = new Phrases(config.strings);
    this.#floor = new FloorForm(config, this.#phrases, actions);
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
    return this.#floor.name || this.#phrases.say("captioner");
  }

  get language(): string {
    return this.#floor.language;
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
    this.#text.lang = this.language;
    this.#text.dir = this.#floor.direction;
    this.#floor.drawLanguage();
  }

  /** The language cannot change under what is on its way. */
  drawLanguageLock(isLocked: boolean): void {
    this.#floor.lockLanguage(isLocked);
  }

  drawStage(stage: Stage): void {
    document.body.dataset.stage = stage;
    element("start").hidden = stage === "typing";
    this.#floor.lockName(stage === "typing");
    element("type-form").hidden = stage === "before";
    element("sound").hidden = stage === "before";
    if (stage === "typing") this.#text.focus();
  }

  drawCaptions(finals: CaptionFrame[], open: CaptionFrame[]): void {
    this.#floor.drawCaptions(finals, open);
  }

  drawLive(phrase: Phrase | null): void {
    this.#floor.drawLive(phrase);
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
