// What a captioner types and the floor agent does not have yet: cut into segments, numbered, kept until it is answered. Pure.
//
// One segment is said at a time, as it reads now, again and again until the floor agent has it. So nothing is lost in a
// reconnect and nothing comes twice; what waits is kept here, not in the network.

/** What a page keeps of what was typed, also when it is loaded again. */
export interface Kept {
  /** Random; names this line to the floor agent. */
  stream: string;
  /** Number of the segment that is being typed. */
  next: number;
  /** How often it has changed. */
  revision: number;
  /** What is being typed, as it stands in the field. */
  open: string;
  /** Sent by the captioner, and not answered yet. */
  waiting: Sent[];
  /** The last ones that were answered: one of them may still be corrected. */
  done: Sent[];
}

export interface Sent {
  number: number;
  revision: number;
  text: string;
  isFix: boolean;
}

/** What is said to the floor agent. */
export interface Message {
  segment: number;
  revision: number;
  text: string;
  end: boolean;
  fix: boolean;
}

/** What it answers. */
export interface Answer {
  stream: string;
  segment: number;
  revision: number;
  done: number;
  fixable: number;
}

export const MOST_LETTERS = 20_000;
/** Longer ones are cut at a comma or between words: two captions. */
const LONGEST = 240;
/** So many words make a sentence that is sent by its full stop; "Dr." is none. */
const LEAST_WORDS = 3;
const REMEMBERED = 3;

const ENDS = /[.!?…؟۔।]+["'”’»)\]]*(?=\s)|[。！？]["”’』」]*|\n/gu;
const SHORTENED = /(?:^|[\s(])(?:\p{L}{1,2}|mrs|prof|sra|srs|dra|art|núm|num|pág|mme|dott|approx)\.$/iu;

export const oneLine = (text: string): string => text.replace(/\s+/gu, " ").trim();

const words = (text: string): string[] => text.split(/\s+/u).filter((word) => word !== "");

function isSentence(text: string): boolean {
  return !text.endsWith(".") || (words(text).length >= LEAST_WORDS && !SHORTENED.test(text));
}

/** Where a text that is too long is parted: after the last comma that fits, else between words. */
function part(text: string): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > LONGEST) {
    const head = rest.slice(0, LONGEST);
    const comma = Math.max(...[",", ";", ":", "、", "，"].map((mark) => head.lastIndexOf(mark))) + 1;
    const space = head.lastIndexOf(" ");
    const end = comma > LONGEST / 3 ? comma : space > 0 ? space : LONGEST;
    parts.push(rest.slice(0, end).trim());
    rest = rest.slice(end).trim();
  }
  return rest === "" ? parts : [...parts, rest];
}

/** Sentences and lines that are whole, and what is left: it may go on. */
export function cut(text: string): { segments: string[]; rest: string } {
  const segments: string[] = [];
  let start = 0;
  for (const { index, 0: mark } of text.matchAll(ENDS)) {
    const end = index + mark.length;
    const sentence = oneLine(text.slice(start, end));
    if (mark !== "\n" && !isSentence(sentence)) continue;
    if (sentence !== "") segments.push(...part(sentence));
    start = end;
  }
  const rest = start > 0 ? text.slice(start).replace(/^\s+/u, "") : text;
  const parts = rest.length > LONGEST ? part(oneLine(rest)) : [];
  const last = parts.pop();
  return { segments: [...segments, ...parts], rest: last === undefined ? rest : last + (/\s$/u.test(rest) ? " " : "") };
}

export const newLine = (stream: string): Kept => ({ stream, next: 1, revision: 0, open: "", waiting: [], done: [] });

export class TypedLine {
  #kept: Kept;
  #fixable = 0;
  #isTooLate = false;

  constructor(kept: Kept) {
    this.#kept = kept;
  }

  get kept(): Kept {
    return this.#kept;
  }

  get open(): string {
    return this.#kept.open;
  }

  /** Words that were sent and are not with the floor agent yet. */
  get waitingWords(): number {
    return this.#kept.waiting.reduce((sum, { text }) => sum + words(text).length, 0);
  }

  get waitingLetters(): number {
    return this.#kept.waiting.reduce((sum, { text }) => sum + text.length, 0);
  }

  /** The last sentence that was sent, while it may still be corrected. */
  get fixable(): string | null {
    return this.#sentAs(this.#fixable)?.text ?? null;
  }

  /** Whether nothing of what was typed is on its way. */
  get isIdle(): boolean {
    return this.#kept.waiting.length === 0 && oneLine(this.open) === "";
  }

  /** Whether a correction came too late since this was asked last. */
  takeTooLate(): boolean {
    const isTooLate = this.#isTooLate;
    this.#isTooLate = false;
    return isTooLate;
  }

  /** Whether so much more may be typed now. */
  hasRoomFor(text: string): boolean {
    return this.waitingLetters + text.length <= MOST_LETTERS;
  }

  /** The field reads so now; what stays in it, after what is whole was sent. */
  type(text: string): string {
    const { segments, rest } = cut(text);
    const before = segments.length > 0 ? "" : complete(this.open);
    segments.forEach((segment) => this.#send(segment));
    const changes = complete(rest) === before ? 0 : 1;
    this.#kept = { ...this.#kept, open: rest, revision: this.#kept.revision + changes };
    return rest;
  }

  /** Send what is being typed. */
  send(): void {
    const text = oneLine(this.#kept.open);
    if (text !== "") part(text).forEach((segment) => this.#send(segment));
    this.#kept = { ...this.#kept, open: "" };
  }

  /** Correct the last sentence; whether it was not too late. */
  fix(text: string): boolean {
    const last = this.#sentAs(this.#fixable);
    const fixed = oneLine(text).slice(0, LONGEST);
    if (last === undefined) return false;
    if (fixed === "" || fixed === last.text) return true;
    const fix = { ...last, revision: last.revision + 1, text: fixed, isFix: true };
    const others = this.#kept.waiting.filter(({ isFix }) => !isFix);
    const done = this.#kept.done.map((one) => (one.number === fix.number ? { ...fix, isFix: false } : one));
    this.#kept = { ...this.#kept, waiting: [fix, ...others], done };
    return true;
  }

  /** What is to be said now. */
  message(): Message {
    const [first] = this.#kept.waiting;
    if (first) return { segment: first.number, revision: first.revision, text: first.text, end: true, fix: first.isFix };
    const { next, revision, open } = this.#kept;
    if (revision === 0) return { segment: 0, revision: 0, text: "", end: false, fix: false };
    return { segment: next, revision, text: oneLine(complete(open)).slice(0, LONGEST), end: false, fix: false };
  }

  /** The floor agent has answered; whether something else is to be said now. */
  answered(answer: Answer): boolean {
    if (answer.stream !== this.#kept.stream) return false;
    const before = this.#kept.waiting.length;
    const has = ({ number, revision }: Sent): boolean => answer.segment === number && answer.revision >= revision;
    const done = this.#kept.waiting.filter(({ number, isFix }) => !isFix && number <= answer.done);
    const waiting = this.#kept.waiting.filter((one) => {
      if (!one.isFix) return one.number > answer.done;
      if (!has(one) && answer.fixable !== one.number) this.#isTooLate = true;
      return !has(one) && answer.fixable === one.number;
    });
    this.#fixable = answer.fixable;
    this.#kept = { ...this.#kept, waiting, done: [...this.#kept.done, ...done].slice(-REMEMBERED) };
    return waiting.length < before;
  }

  #sentAs(number: number): Sent | undefined {
    return this.#kept.done.find((one) => one.number === number);
  }

  #send(text: string): void {
    const { next, revision, waiting } = this.#kept;
    const sent = { number: next, revision: revision + 1, text, isFix: false };
    this.#kept = { ...this.#kept, next: next + 1, revision: 0, waiting: [...waiting, sent] };
  }
}

/** The words that are complete: the next one is begun, or a space was typed. */
const complete = (text: string): string => text.replace(/\S+$/u, "");

/** As text for the room; as long as a multiple of 100 bytes, as the agent's SDK keeps a type for each length it receives. */
export function encode(stream: string, language: string, isOn: boolean, message: Message): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(JSON.stringify({ v: 1, stream, language, on: isOn, ...message }));
  const padded = new Uint8Array(Math.ceil(bytes.length / 100) * 100).fill(0x20);
  padded.set(bytes);
  return padded;
}

/** Null for anything but an answer. */
export function decodeAnswer(payload: Uint8Array): Answer | null {
  try {
    const data = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload)) as Record<string, unknown>;
    const { v, stream, segment, revision, done, fixable } = data;
    const numbers = [segment, revision, done, fixable];
    if (v !== 1 || typeof stream !== "string" || !numbers.every((one) => Number.isInteger(one))) return null;
    return { stream, segment, revision, done, fixable } as Answer;
  } catch {
    return null;
  }
}

/** What a page kept, if it can be read. */
export function readKept(text: string | null): Kept | null {
  try {
    const kept = JSON.parse(text ?? "") as Partial<Kept>;
    const isOurs = typeof kept.stream === "string" && typeof kept.open === "string" && Number.isInteger(kept.next) && Number.isInteger(kept.revision);
    return isOurs && Array.isArray(kept.waiting) && Array.isArray(kept.done) ? (kept as Kept) : null;
  } catch {
    return null;
  }
}
