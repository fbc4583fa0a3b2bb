// Carries a booth's messages to and from the server: what cannot be sent now is sent later, in its order.

import { Refused, Unreachable, type Message } from "./api.ts";
import { Chat, type Waiting } from "./booth_chat.ts";

export interface MailCalls {
  write(id: string, text: string): Promise<Message>;
  read(after: number): Promise<Message[]>;
}

export interface MailEvents {
  /** `news`: what has just come, one's own too. */
  onChange(news: Message[]): void;
  /** The server will never take this text. */
  onRefused(text: string, sentence: string): void;
}

/** Asking again gives the same: the writer must change it. */
const FINAL: readonly string[] = ["message_empty", "message_too_long", "invalid"];

export class Mail {
  readonly chat: Chat;
  readonly #calls: MailCalls;
  readonly #events: MailEvents;
  #isSending = false;
  #isReading = false;
  #mustReadAgain = false;

  constructor(chat: Chat, calls: MailCalls, events: MailEvents) {
    this.chat = chat;
    this.#calls = calls;
    this.#events = events;
  }

  async send(message: Waiting): Promise<void> {
    this.chat.wait(message);
    this.#events.onChange([]);
    await this.sendWaiting();
  }

  /** Everything that waits, one after another; the rest goes on waiting when the server is away. */
  async sendWaiting(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      for (let next = this.chat.waiting[0]; next !== undefined; next = this.chat.waiting[0]) await this.#sendOne(next);
    } catch (error) {
      if (!(error instanceof Unreachable) && !(error instanceof Refused)) throw error;
    } finally {
      this.#isSending = false;
    }
  }

  async #sendOne({ id, text }: Waiting): Promise<void> {
    try {
      const message = await this.#calls.write(id, text);
      this.chat.forget(id);
      this.#events.onChange(this.chat.take([message]));
    } catch (error) {
      if (!(error instanceof Refused) || !FINAL.includes(error.code)) throw error;
      this.chat.forget(id);
      this.#events.onRefused(text, error.message);
    }
  }

  /** Fetch what is new; asked meanwhile, once more after. */
  async read(): Promise<void> {
    this.#mustReadAgain = true;
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#mustReadAgain) {
        this.#mustReadAgain = false;
        const news = this.chat.take(await this.#calls.read(this.chat.through));
        if (news.length > 0) this.#events.onChange(news);
      }
    } catch (error) {
      // It is asked for again before long.
      if (!(error instanceof Unreachable) && !(error instanceof Refused)) throw error;
    } finally {
      this.#isReading = false;
    }
  }
}
