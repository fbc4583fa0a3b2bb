// What the interpreters of a booth have written: in the server's order, each message once. Pure.

import type { Message } from "./api.ts";

export const MESSAGE_LENGTH = 300;

/** Written here, and not yet taken by the server. */
export interface Waiting {
  id: string;
  text: string;
}

export type Unsendable = "message_empty" | "message_too_long";

/** One line of plain text, as the server keeps it. */
export const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ").split(/\s+/u).filter(Boolean).join(" ");

export function unsendable(text: string): Unsendable | null {
  if (text === "") return "message_empty";
  return [...text].length > MESSAGE_LENGTH ? "message_too_long" : null;
}

export class Chat {
  readonly #messages = new Map<number, Message>();
  #waiting: Waiting[] = [];
  #through = 0;
  #readThrough: number;

  /** Who was here before knows what they wrote and had read. */
  constructor(waiting: Waiting[] = [], readThrough = 0) {
    this.#waiting = waiting;
    this.#readThrough = readThrough;
  }

  /** In order. */
  get messages(): Message[] {
    return [...this.#messages.values()].sort((one, other) => one.number - other.number);
  }

  get waiting(): readonly Waiting[] {
    return this.#waiting;
  }

  /** Every message up to this number is known; one's own may be known further on. */
  get through(): number {
    return this.#through;
  }

  get readThrough(): number {
    return this.#readThrough;
  }

  /** Those of others that have not been read. */
  unread(me: string): Message[] {
    return this.messages.filter(({ number, identity }) => number > this.#readThrough && identity !== me);
  }

  /** What the server says; tells which of it is news. */
  take(messages: Message[]): Message[] {
    const news = messages.filter(({ number }) => !this.#messages.has(number));
    for (const message of news) this.#messages.set(message.number, message);
    while (this.#messages.has(this.#through + 1)) this.#through += 1;
    return news;
  }

  wait(message: Waiting): void {
    this.#waiting = [...this.#waiting, message];
  }

  /** The server has it, or will never take it. */
  forget(id: string): void {
    this.#waiting = this.#waiting.filter((message) => message.id !== id);
  }

  markRead(): void {
    this.#readThrough = Math.max(this.#readThrough, ...this.#messages.keys());
  }
}
