// The dialog in which an interpreter gives actions other keys.

import { ACTIONS, type Action, type ActionId } from "./actions.ts";
import { element } from "./config.ts";
import type { ConsoleKeyboard } from "./console_keyboard.ts";
import { phrase } from "./console_words.ts";
import type { Phrases } from "./phrases.ts";
import type { Phrase } from "./words.ts";

export class KeysDialog {
  readonly #phrases: Phrases;
  readonly #keyboard: ConsoleKeyboard;
  readonly #dialog = element<HTMLDialogElement>("keys");
  #chosen: HTMLButtonElement | null = null;

  constructor(phrases: Phrases, keyboard: ConsoleKeyboard) {
    this.#phrases = phrases;
    this.#keyboard = keyboard;
    element("keys-list").replaceChildren(...ACTIONS.map((action) => this.#row(action)));
    element("open-keys").addEventListener("click", () => this.toggle());
    element("keys-reset").addEventListener("click", () => {
      this.#choose(null);
      keyboard.reset();
      this.#say(phrase("keys_reset"));
    });
    this.#dialog.addEventListener("keydown", (event) => this.#onKey(event));
    this.#dialog.addEventListener("close", () => this.#choose(null));
    keyboard.print();
  }

  toggle(): void {
    if (this.#dialog.open) return this.#dialog.close();
    this.#say(phrase("keys_hint"));
    this.#dialog.showModal();
  }

  #row(action: Action): HTMLElement {
    const item = document.createElement("li");
    const button = document.createElement("button");
    const [name, key] = [document.createElement("span"), document.createElement("kbd")];
    Object.assign(button, { type: "button", className: "key-row" });
    name.textContent = this.#nameOf(action);
    key.dataset.action = action.id;
    button.dataset.changes = action.id;
    button.setAttribute("aria-pressed", "false");
    button.append(name, " ", key);
    button.addEventListener("click", () => this.#choose(this.#chosen === button ? null : button));
    item.append(button);
    return item;
  }

  /** The next key is for this action. */
  #choose(button: HTMLButtonElement | null): void {
    this.#chosen?.setAttribute("aria-pressed", "false");
    this.#chosen = button;
    button?.setAttribute("aria-pressed", "true");
    this.#say(button === null ? phrase("keys_hint") : phrase("keys_press", "calm", { action: this.#name(button) }));
  }

  #onKey(event: KeyboardEvent): void {
    const button = this.#chosen;
    if (button === null) return;
    // While a key is awaited it does nothing else; the keys that move on leave it as it is.
    if (event.key === "Escape" || event.key === "Tab") {
      if (event.key === "Escape") event.preventDefault();
      return this.#choose(null);
    }
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat) return;
    const change = this.#keyboard.choose(button.dataset.changes as ActionId, event);
    if (change.is === "waiting") return;
    if (change.is === "reserved") return this.#say(phrase("keys_reserved", "caution"));
    if (change.is === "taken") return this.#say(phrase("keys_taken", "caution", { action: this.#nameOf(actionWith(change.by)) }));
    this.#choose(null);
    this.#say(phrase("keys_changed", "calm", { action: this.#name(button), key: button.querySelector("kbd")?.textContent ?? "" }));
  }

  #name = (button: HTMLButtonElement): string => this.#nameOf(actionWith(button.dataset.changes as ActionId));

  #nameOf({ id, slot }: Action): string {
    return slot === null ? this.#phrases.say(`action_${id}`) : this.#phrases.say("action_in", { number: slot });
  }

  #say(words: Phrase): void {
    this.#phrases.draw(element("keys-words"), words);
  }
}

const actionWith = (id: ActionId): Action => ACTIONS.find((action) => action.id === id) as Action;
