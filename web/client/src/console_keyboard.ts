// The console's keyboard: hears the keys, remembers the chosen ones, and prints them on the buttons.

import { ACTIONS, type ActionId } from "./actions.ts";
import { actionOf, change, decodeKeys, DEFAULT_KEYS, encodeKeys, isWritten, printed, type Change, type Keys } from "./console_keys.ts";
import { onKeysLost } from "./keys_lost.ts";
import { recall, remember } from "./memory.ts";

const MEMORY = "console.keys";

export class ConsoleKeyboard {
  keys: Keys = decodeKeys(recall(MEMORY));
  readonly #isListening: () => boolean;
  readonly #act: (id: ActionId, isDown: boolean) => void;
  /** What is down, by the place of the key: it may write another letter when it is let go. */
  readonly #down = new Map<string, ActionId>();

  /** `act` is called once when a key goes down and, for what is held, once when it is let go. */
  constructor(isListening: () => boolean, act: (id: ActionId, isDown: boolean) => void) {
    this.#isListening = isListening;
    this.#act = act;
    addEventListener("keydown", (event) => this.#onDown(event));
    addEventListener("keyup", ({ code }) => this.#letGo(code));
    // Listeners would hear silence for ever.
    onKeysLost(() => [...this.#down.keys()].forEach((code) => this.#letGo(code)));
    this.print();
  }

  /** Let an action have this key, unless it is refused. */
  choose(id: ActionId, event: KeyboardEvent): Change {
    const result = change(this.keys, id, event);
    if (result.is === "changed") this.#take(result.keys);
    return result;
  }

  reset(): void {
    this.#take(DEFAULT_KEYS);
  }

  printOf(id: ActionId): string {
    return printed(this.keys[id]);
  }

  /** Write the keys on what they press, wherever `data-action` names it. */
  print(within: ParentNode = document): void {
    for (const mark of within.querySelectorAll<HTMLElement>("kbd[data-action]")) {
      const words = this.printOf(mark.dataset.action as ActionId);
      mark.textContent = words;
      mark.hidden = words === "";
      const pressed = mark.closest("button") ?? mark.closest("label")?.querySelector("input");
      if (words === "") pressed?.removeAttribute("aria-keyshortcuts");
      else pressed?.setAttribute("aria-keyshortcuts", words);
    }
  }

  #take(keys: Keys): void {
    this.keys = keys;
    remember(MEMORY, encodeKeys(keys));
    this.print();
  }

  #onDown(event: KeyboardEvent): void {
    // Whoever goes to a field with a key still down does not mean to write its letter.
    if (event.repeat && this.#down.has(event.code)) return event.preventDefault();
    const id = actionOf(event, this.keys);
    if (id === null || !this.#isListening() || event.defaultPrevented) return;
    if (isWriting(event.target) && isWritten(event)) return;
    event.preventDefault();
    if (event.repeat) return;
    this.#down.set(event.code, id);
    this.#act(id, true);
  }

  #letGo(code: string): void {
    const id = this.#down.get(code);
    this.#down.delete(code);
    if (ACTIONS.find((action) => action.id === id)?.isHeld) this.#act(id as ActionId, false);
  }
}

/** Letters belong to who writes. Not to lists, which arrows choose from: after one was used, a cough must still cough. */
function isWriting(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !["radio", "checkbox", "range", "button"].includes(target.type);
  return target instanceof HTMLTextAreaElement;
}
