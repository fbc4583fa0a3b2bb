// The line to the technician: sends calls until they are there, and reads what became of them. Never touches the page.

import { callTechnician, Refused, technicianCalls, Unreachable } from "./api.ts";
import { recall, remember } from "./memory.ts";
import { newId } from "./new_id.ts";
import { answersOf, Outbox, type Call, type CallState, type Kind } from "./technician.ts";

/** Of web's message that something was said. */
export const TECHNICIAN_TOPIC = "technician";
/** The room's message wakes this page; where none comes, it asks so often while something is open. */
const ASK_MS = 15_000;
const SEND_MS = 500;

export class TechnicianLine {
  calls: CallState[] = [];
  readonly #meetingId: string;
  readonly #key: string;
  readonly #onChange: () => void;
  readonly #outbox: Outbox;
  readonly #memory: string;
  #read: Set<string>;
  #isSending = false;

  constructor(meetingId: string, key: string, onChange: () => void) {
    this.#meetingId = meetingId;
    this.#key = key;
    this.#onChange = onChange;
    this.#memory = `console.technician.${meetingId}`;
    this.#outbox = new Outbox(recall(`${this.#memory}.waiting`));
    this.#read = new Set((recall(`${this.#memory}.read`) ?? "").split(" "));
    setInterval(() => void this.#send(), SEND_MS);
    setInterval(() => void (this.#isOpen && this.refresh()), ASK_MS);
  }

  /** What has not reached the server. */
  get waiting(): readonly Call[] {
    return this.#outbox.waiting;
  }

  /** Names of the answers that were read. */
  get read(): ReadonlySet<string> {
    return this.#read;
  }

  get unread(): number {
    return answersOf(this.calls).filter(({ name }) => !this.#read.has(name)).length;
  }

  /** Call; it is sent again until it is there. */
  call(kind: Kind, text = ""): void {
    this.#outbox.add({ id: newId(), kind, text });
    this.#keep();
    void this.#send();
  }

  /** Every answer so far has been read. */
  markRead(): void {
    this.#read = new Set(answersOf(this.calls).map(({ name }) => name));
    remember(`${this.#memory}.read`, [...this.#read].join(" "));
    this.#onChange();
  }

  /** Read what became of the calls. */
  async refresh(): Promise<void> {
    try {
      this.calls = await technicianCalls(this.#meetingId, this.#key);
      this.#onChange();
    } catch (error) {
      // It is asked again at the next message, at the next join, and while a call is open.
      if (!(error instanceof Unreachable) && !(error instanceof Refused)) throw error;
    }
  }

  get #isOpen(): boolean {
    return this.calls.some(({ kind, answer }) => kind !== "note" && answer === "");
  }

  async #send(): Promise<void> {
    const call = this.#isSending ? null : this.#outbox.next(performance.now() / 1000);
    if (call === null) return;
    this.#isSending = true;
    try {
      const state = await callTechnician(this.#meetingId, this.#key, call);
      this.#outbox.done(call.id);
      this.calls = [state, ...this.calls.filter(({ id }) => id !== call.id)];
    } catch (error) {
      if (error instanceof Unreachable) this.#outbox.failed(performance.now() / 1000);
      else if (error instanceof Refused) this.#outbox.done(call.id);
      else throw error;
    } finally {
      this.#isSending = false;
      this.#keep();
    }
  }

  #keep(): void {
    remember(`${this.#memory}.waiting`, this.#outbox.encode());
    this.#onChange();
  }
}
