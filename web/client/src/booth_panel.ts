// The booth's panel on the console: who is there, who talks, what was written, and a field to write in.

import type { Line } from "./booth_desk.ts";
import type { Heard } from "./booth_words.ts";
import { heardWords } from "./booth_words.ts";
import { element } from "./config.ts";
import { listenToHold } from "./hold_button.ts";
import { barOf } from "./level.ts";
import { LiveEnd } from "./live_end.ts";
import { recall, remember } from "./memory.ts";
import type { Phrases } from "./phrases.ts";
import type { Phrase } from "./words.ts";

export interface BoothPanelActions {
  onTalk(isHeld: boolean): void;
  /** Whether it was taken: the field is empty then. */
  onSend(text: string): boolean;
  /** The messages are looked at. */
  onRead(): void;
}

export class BoothPanel {
  readonly #phrases: Phrases;
  readonly #field = element<HTMLInputElement>("message");
  readonly #sound = element<HTMLInputElement>("chat-sound");
  readonly #toNewest = element<HTMLButtonElement>("to-newest");
  readonly #end: LiveEnd;
  readonly #items = new Map<string, HTMLElement>();
  #drawn = "";

  constructor(phrases: Phrases, actions: BoothPanelActions) {
    this.#phrases = phrases;
    listenToHold(element("talk"), (isHeld) => actions.onTalk(isHeld));
    element<HTMLFormElement>("chat").addEventListener("submit", (event) => {
      event.preventDefault();
      if (actions.onSend(this.#field.value)) this.#field.value = "";
    });
    for (const quick of document.querySelectorAll<HTMLElement>("#quick button")) {
      quick.addEventListener("click", () => actions.onSend(quick.textContent ?? ""));
    }
    this.#field.addEventListener("focus", () => actions.onRead());
    this.#field.addEventListener("input", () => this.drawTrouble(null));
    this.#field.addEventListener("keydown", ({ key }) => void (key === "Escape" && element("air").focus()));
    const messages = element("messages");
    messages.addEventListener("focus", () => actions.onRead());
    messages.addEventListener("pointerdown", () => actions.onRead());
    this.#end = new LiveEnd(messages, (isFollowing) => isFollowing && this.#hideToNewest());
    this.#toNewest.addEventListener("click", () => this.#end.goBack());
    this.#sound.checked = recall("console.chat-sound") === "yes";
    this.#sound.addEventListener("change", () => {
      remember("console.chat-sound", this.#sound.checked ? "yes" : "no");
      this.#drawSound();
    });
    this.#drawSound();
  }

  /** Whether new messages make a sound and are spoken. */
  get hasSound(): boolean {
    return this.#sound.checked;
  }

  /** Into the field. */
  write(): void {
    this.#field.focus();
  }

  /** What the server did not take is there to be changed; what was typed meanwhile stays behind it. */
  giveBack(text: string): void {
    this.#field.value = [text, this.#field.value].filter(Boolean).join(" ");
  }

  drawTrouble(phrase: Phrase | null): void {
    this.#phrases.draw(element("chat-trouble"), phrase);
    this.#field.setAttribute("aria-invalid", String(phrase !== null));
  }

  drawPeople(count: Phrase, talk: Phrase | null, isTalking: boolean, heard: Heard | null): void {
    this.#phrases.draw(element("booth-count"), count);
    this.#phrases.draw(element("booth-talk"), talk);
    element("talk").setAttribute("aria-pressed", String(isTalking));
    const meter = element<HTMLMeterElement>("mate-level");
    meter.parentElement?.classList.toggle("is-empty", heard === null);
    meter.value = heard === null ? 0 : barOf(heard.level);
    const words = element("mate-words");
    // The sentence beside the meter says it already.
    words.classList.toggle("visually-hidden", talk !== null);
    this.#phrases.draw(words, heard === null ? null : heardWords(heard));
  }

  drawLines(lines: Line[], nameOf: (channel: string) => string): void {
    const now = JSON.stringify(lines);
    if (now === this.#drawn) return;
    this.#drawn = now;
    const unread = lines.filter(({ isUnread }) => isUnread).length;
    this.#phrases.draw(element("unread"), unread === 0 ? null : { key: "chat_unread", tone: "live", values: { count: String(unread) } });
    const isTold = new Set(lines.map(({ channel }) => channel)).size > 1;
    const items = lines.map((line) => this.#item(line, isTold ? nameOf(line.channel) : ""));
    const list = element("message-lines");
    const news = lines.filter((_, index) => !items[index]?.isConnected);
    for (const item of [...list.children]) if (!items.includes(item as HTMLElement)) item.remove();
    items.forEach((item, index) => {
      if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
    });
    // Who writes wants to see it; who reads what was written before is not to lose the place.
    if (news.some(({ isOwn }) => isOwn)) this.#end.goBack();
    this.#end.follow();
    if (news.length > 0 && !this.#end.isFollowing) this.#toNewest.hidden = false;
  }

  #hideToNewest(): void {
    // The focus is not to go with it.
    if (document.activeElement === this.#toNewest) element("messages").focus();
    this.#toNewest.hidden = true;
  }

  /** A line keeps its element, so that a screen reader is told of it once. */
  #item({ id, message, text, isOwn, isUnread, channel }: Line, name: string): HTMLElement {
    const key = `${channel} ${String(isOwn)} ${id}`;
    const item = this.#items.get(key) ?? newItem(text);
    this.#items.set(key, item);
    item.dataset.state = message === null ? "waiting" : isUnread ? "unread" : isOwn ? "own" : "read";
    const [mark, who] = item.children as unknown as [HTMLElement, HTMLElement];
    mark.textContent = isUnread ? `${this.#phrases.say("chat_new")} ` : "";
    const author = isOwn ? this.#phrases.say("chat_me") : (message?.name ?? "");
    const at = message === null ? this.#phrases.say("chat_waiting") : new Date(message.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    const words = [author, name, at].filter(Boolean).join(" · ");
    if (who.textContent !== words) who.textContent = words;
    return item;
  }

  /** Who wants to hear of messages is also told of them by a screen reader. */
  #drawSound(): void {
    element("messages").setAttribute("aria-live", this.hasSound ? "polite" : "off");
  }
}

function newItem(text: string): HTMLElement {
  const [item, mark, who, words] = [document.createElement("p"), document.createElement("span"), document.createElement("span"), document.createElement("span")];
  item.className = "message";
  mark.className = "message-mark";
  who.className = "message-who";
  words.textContent = text;
  item.append(mark, who, " ", words);
  return item;
}
