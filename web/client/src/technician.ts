// Calls to the technician: what waits to be sent, what became of the rest, and how that is said. Pure.

import { phrase } from "./console_words.ts";
import type { Phrase } from "./words.ts";

export const KINDS = ["no_sound", "bad_sound", "call_me", "text", "emergency"] as const;
export type Kind = (typeof KINDS)[number];

export interface Call {
  /** Chosen here, so that a call that is sent again stays one. */
  id: string;
  kind: Kind;
  text: string;
}

/** As the server has it; of kind `note` when the technician wrote without a call. */
export interface CallState {
  id: string;
  kind: Kind | "note";
  text: string;
  is_seen: boolean;
  /** Lines. */
  answer: string;
}

const RETRY_DELAYS_S = [1, 2, 4, 8];

/** What was called and has not reached the server: kept until it has, an emergency first. */
export class Outbox {
  #waiting: Call[];
  #failures = 0;
  #notBeforeS = -Infinity;

  constructor(remembered: string | null) {
    this.#waiting = decodeCalls(remembered);
  }

  get waiting(): readonly Call[] {
    return this.#waiting;
  }

  add(call: Call): void {
    if (call.kind !== "emergency") this.#waiting.push(call);
    else this.#waiting.unshift(call);
    this.#notBeforeS = -Infinity;
  }

  /** What is to be sent now. */
  next(nowS: number): Call | null {
    return nowS < this.#notBeforeS ? null : (this.#waiting[0] ?? null);
  }

  /** It is there, or will never be. */
  done(id: string): void {
    this.#waiting = this.#waiting.filter((call) => call.id !== id);
    this.#failures = 0;
    this.#notBeforeS = -Infinity;
  }

  failed(nowS: number): void {
    this.#notBeforeS = nowS + (RETRY_DELAYS_S[Math.min(this.#failures, RETRY_DELAYS_S.length - 1)] ?? 0);
    this.#failures += 1;
  }

  encode(): string {
    return JSON.stringify(this.#waiting);
  }
}

function decodeCalls(text: string | null): Call[] {
  try {
    const found: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(found) ? found.filter(isCall) : [];
  } catch {
    return [];
  }
}

function isCall(found: unknown): found is Call {
  if (typeof found !== "object" || found === null) return false;
  const { id, kind, text } = found as Record<string, unknown>;
  return typeof id === "string" && typeof text === "string" && KINDS.includes(kind as Kind);
}

/** The technician's words, each with a name by which it is known to have been read. */
export function answersOf(calls: readonly CallState[]): { name: string; text: string }[] {
  return calls.flatMap(({ id, answer }) => answer.split("\n").filter(Boolean).map((text, index) => ({ name: `${id}/${index}`, text })));
}

/** The one thing to know at a glance; `calls` are the newest first. */
export function lineOf(waiting: readonly Call[], calls: readonly CallState[], read: ReadonlySet<string>, say: (key: string) => string): Phrase | null {
  const [unsent] = waiting;
  if (unsent) return phrase("technician_sending", "caution", { words: say(`call_${unsent.kind}`) });
  const newest = calls.find((call) => answersOf([call]).some(({ name }) => !read.has(name)));
  if (newest) return phrase("technician_says", "caution", { words: answersOf([newest]).at(-1)?.text ?? "" });
  const open = calls.find(({ kind, answer }) => kind !== "note" && answer === "");
  if (!open) return null;
  return phrase(open.is_seen ? "technician_knows" : "technician_called", "calm", { words: say(`call_${open.kind}`) });
}

/** One line of the list of calls. */
export function stateOf(call: CallState): Phrase {
  const state = call.kind === "note" ? "note" : call.answer !== "" ? "answered" : call.is_seen ? "seen" : "called";
  return phrase(`technician_state_${state}`);
}
