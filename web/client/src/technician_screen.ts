// The technician on the console: a button, a line of words, and a dialog with the calls. Never makes a sound.

import { element } from "./config.ts";
import type { Phrases } from "./phrases.ts";
import { answersOf, lineOf, stateOf, type Kind } from "./technician.ts";
import type { TechnicianLine } from "./technician_line.ts";
import type { Phrase } from "./words.ts";

/** So long the key is held for an emergency. */
const EMERGENCY_MS = 3000;

export class TechnicianScreen {
  readonly #phrases: Phrases;
  readonly #line: TechnicianLine;
  readonly #announce: (words: Phrase) => void;
  readonly #dialog = element<HTMLDialogElement>("technician");
  #emergency: ReturnType<typeof setTimeout> | undefined;

  constructor(phrases: Phrases, line: TechnicianLine, announce: (words: Phrase) => void) {
    this.#phrases = phrases;
    this.#announce = announce;
    this.#line = line;
    for (const button of document.querySelectorAll("[data-technician]")) button.addEventListener("click", () => this.#toggle());
    for (const button of this.#dialog.querySelectorAll<HTMLElement>("[data-call]")) {
      button.addEventListener("click", () => line.call(button.dataset.call as Kind));
    }
    element<HTMLFormElement>("technician-form").addEventListener("submit", (event) => {
      event.preventDefault();
      const field = element<HTMLInputElement>("technician-text");
      if (field.value.trim() !== "") line.call("text", field.value.trim());
      field.value = "";
    });
  }

  /** The key: pressed it opens the dialog, held it is an emergency. */
  key(isDown: boolean): void {
    clearTimeout(this.#emergency);
    if (!isDown) return;
    this.#toggle();
    this.#emergency = setTimeout(() => this.#line.call("emergency"), EMERGENCY_MS);
  }

  draw(): void {
    const { waiting, calls, read, unread } = this.#line;
    const words = lineOf(waiting, calls, read, (key) => this.#phrases.say(key));
    // What is shown in the open dialog has been read; who does not see it must hear it.
    if (this.#dialog.open && unread > 0) {
      if (words !== null) this.#announce(words);
      return this.#line.markRead();
    }
    for (const id of ["technician-words", "technician-now"]) this.#phrases.draw(element(id), words);
    const count = unread === 0 ? null : { key: "technician_unread", tone: "caution" as const, values: { count: String(unread) } };
    this.#phrases.draw(element("technician-unread"), count);
    element("technician-calls").replaceChildren(...calls.map((call) => this.#row(call)));
  }

  #toggle(): void {
    if (this.#dialog.open) return this.#dialog.close();
    this.#dialog.showModal();
    this.draw();
  }

  #row(call: TechnicianLine["calls"][number]): HTMLElement {
    const item = document.createElement("li");
    const head = item.appendChild(document.createElement("p"));
    const state = stateOf(call);
    const name = call.text || this.#phrases.say(`call_${call.kind}`);
    head.textContent = call.kind === "note" ? this.#phrases.say(state.key) : `${name} · ${this.#phrases.say(state.key)}`;
    for (const { text } of answersOf([call])) {
      const line = item.appendChild(document.createElement("p"));
      line.className = "technician-answer";
      line.textContent = text;
    }
    return item;
  }
}
