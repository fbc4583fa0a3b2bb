// The caption frame and its healing receiver; pure. The same rules as interpreter/captions.py:
// both pass tests/data/captions_cases.json.

const FRAME_VERSION = 1;
const ORIGINS = ["speech", "machine", "human", "typed"] as const;

export type Origin = (typeof ORIGINS)[number];

/** The full text of one segment at one revision. An empty final text withdraws the segment. */
export interface CaptionFrame {
  segment: string;
  /** Counts changes of this segment; a receiver never goes back. */
  revision: number;
  /** Counts frames of the publisher, repeats included. */
  seq: number;
  isFinal: boolean;
  language: string;
  origin: Origin;
  speaker: string;
  startS: number;
  endS: number;
  /** Room clock of sending. */
  sentS: number;
  text: string;
  epoch: number;
  sourceSegments: string[];
  glossaryHits: string[];
  /** Code points of the text that will not change. */
  stableLength: number;
  /** What the text is written in: not the channel's language where nobody translated it. */
  textLanguage: string;
}

/** A final segment as the history over HTTP tells it. */
export interface HistorySegment {
  seg: string;
  lang: string;
  origin: string;
  speaker: string;
  start: number;
  end: number;
  text: string;
  epoch: number;
  src?: string[];
  text_lang?: string;
}

/** What a frame changed for a reader. */
export type Change = "nothing" | "open" | "final";

class NotAFrame extends Error {}

function text(value: unknown): string {
  if (typeof value !== "string") throw new NotAFrame();
  return value;
}

function number(value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new NotAFrame();
  return value;
}

function whole(value: unknown): number {
  if (!Number.isInteger(value)) throw new NotAFrame();
  return value as number;
}

function texts(value: unknown): string[] {
  if (!Array.isArray(value)) throw new NotAFrame();
  return value.map(text);
}

function origin(value: unknown): Origin {
  const known = ORIGINS.find((name) => name === value);
  if (known === undefined) throw new NotAFrame();
  return known;
}

function readFrame(data: Record<string, unknown>): CaptionFrame {
  const version = whole(data.v);
  if (version !== FRAME_VERSION && version !== FRAME_VERSION - 1) throw new NotAFrame();
  return {
    segment: text(data.seg),
    revision: whole(data.rev),
    seq: whole(data.seq),
    isFinal: data.final === true,
    language: text(data.lang),
    origin: origin(data.origin),
    speaker: text(data.speaker),
    startS: number(data.start),
    endS: number(data.end),
    sentS: number(data.sent),
    text: text(data.text),
    epoch: whole(data.epoch),
    sourceSegments: texts(data.src ?? []),
    glossaryHits: texts(data.hits ?? []),
    stableLength: whole(data.stable ?? 0),
    textLanguage: text(data.text_lang ?? "") || text(data.lang),
  };
}

/** Read a frame of this or the previous version; null for anything else. */
export function decodeFrame(payload: Uint8Array): CaptionFrame | null {
  try {
    const data: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
    if (typeof data !== "object" || data === null) return null;
    return readFrame(data as Record<string, unknown>);
  } catch (error) {
    if (error instanceof NotAFrame || error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

/** A segment of the history as a final frame; null when the server speaks another version. */
export function historyFrame(segment: HistorySegment): CaptionFrame | null {
  try {
    return readFrame({ ...segment, v: FRAME_VERSION, rev: 0, seq: 0, final: true, sent: segment.end, hits: [] });
  } catch (error) {
    if (error instanceof NotAFrame) return null;
    throw error;
  }
}

/** Whether captions on this data track count: only kind AGENT with the server-written role proves it. */
export function isCaptionSource(isAgent: boolean, attributes: Record<string, string>, track: string): boolean {
  if (!isAgent) return false;
  if (attributes.role === "floor") return track.startsWith("captions:");
  return attributes.role === "pair" && track === `captions:${attributes.target ?? ""}`;
}

interface Sequence {
  newest: number;
  missing: Set<number>;
}

const byTime = (a: CaptionFrame, b: CaptionFrame): number =>
  a.startS - b.startS || (a.segment < b.segment ? -1 : a.segment > b.segment ? 1 : 0);

const lineOf = ({ segment }: CaptionFrame): string => segment.split(".", 1)[0] ?? segment;

const keyOf = (frame: CaptionFrame): string => `${lineOf(frame)}\n${frame.speaker}`;

/** Whether both are of the same words; a withdrawn segment replaces nothing. */
function replaces(newer: CaptionFrame, older: CaptionFrame): boolean {
  if (newer.epoch <= older.epoch || newer.text === "" || newer.speaker !== older.speaker) return false;
  return newer.startS <= older.startS && older.startS < newer.endS && lineOf(newer) === lineOf(older);
}

/**
 * Heals one language's captions: the union of its publishers, whatever was lost or reordered.
 *
 * Finals never change and stand in order of their start; open segments never go back in revision. A line (the part
 * of a segment's id before its epoch) belongs to its newest epoch: an older one may only add finals that began before,
 * of each speaker. What it has made final is taken away where the newer one says the same words again: a pair that was
 * cut off in mid-sentence ends with its first words, its replacement begins with them, and the store too keeps only the
 * latter.
 */
export class CaptionReceiver {
  readonly #finals = new Map<string, CaptionFrame>();
  readonly #open = new Map<string, { publisher: string; frame: CaptionFrame }>();
  readonly #sequences = new Map<string, Map<number, Sequence>>();
  /** Line → its newest epoch. */
  readonly #epochs = new Map<string, number>();
  /** Line and speaker → the newest epoch, and the earliest start of that epoch. */
  readonly #begins = new Map<string, { epoch: number; sinceS: number }>();
  /** Line and speaker → the latest start among each epoch's finals: who comes after all of these is compared with none. */
  readonly #latest = new Map<string, Map<number, number>>();
  #forgottenBeforeS = -Infinity;

  constructor(readonly history = 500) {}

  /** Segments that will never change, in order of time; withdrawn ones are left out. */
  get finals(): CaptionFrame[] {
    return [...this.#finals.values()].filter((frame) => frame.text !== "").sort(byTime);
  }

  /** The newest revision of each segment that is still open. */
  get open(): CaptionFrame[] {
    return [...this.#open.values()].map(({ frame }) => frame).sort(byTime);
  }

  /** Missing among the last frames of each publisher; several at once call for the history. */
  get lostFrames(): number {
    const sequences = [...this.#sequences.values()].flatMap((epochs) => [...epochs.values()]);
    return sequences.reduce((sum, sequence) => sum + sequence.missing.size, 0);
  }

  /** Take one frame of a publisher that the caller trusts (`isCaptionSource`). */
  receive(publisher: string, frame: CaptionFrame): Change {
    this.#count(publisher, frame);
    if (this.#finals.has(frame.segment) || this.#isSuperseded(frame)) return "nothing";
    if (frame.isFinal) return this.#addFinal(frame);
    const known = this.#open.get(frame.segment);
    if (frame.text === "" || (known && frame.revision <= known.frame.revision)) return "nothing";
    this.#open.set(frame.segment, { publisher, frame });
    this.#takePlace(frame);
    return "open";
  }

  /** Take final segments from the store; whether any was news. */
  addHistory(finals: Iterable<CaptionFrame>): boolean {
    let isNews = false;
    for (const frame of finals) {
      if (this.#finals.has(frame.segment) || this.#isReplaced(frame)) continue;
      isNews = this.#addFinal(frame) === "final" || isNews;
    }
    return isNews;
  }

  /** A publisher has left for good: its open segments never end, its finals stay. */
  forgetPublisher(publisher: string): void {
    for (const [segment, kept] of this.#open) {
      if (kept.publisher === publisher) this.#open.delete(segment);
    }
    this.#sequences.delete(publisher);
  }

  #count(publisher: string, frame: CaptionFrame): void {
    const epochs = this.#sequences.get(publisher) ?? new Map<number, Sequence>();
    this.#sequences.set(publisher, epochs);
    const sequence = epochs.get(frame.epoch) ?? { newest: frame.seq, missing: new Set<number>() };
    epochs.set(frame.epoch, sequence);
    sequence.missing.delete(frame.seq);
    if (frame.seq <= sequence.newest) return;
    const oldest = frame.seq - this.history;
    for (const seq of sequence.missing) {
      if (seq < oldest) sequence.missing.delete(seq);
    }
    for (let seq = Math.max(sequence.newest + 1, oldest); seq < frame.seq; seq++) sequence.missing.add(seq);
    sequence.newest = frame.seq;
  }

  #isSuperseded(frame: CaptionFrame): boolean {
    const line = lineOf(frame);
    const newest = this.#epochs.get(line) ?? frame.epoch;
    const key = keyOf(frame);
    const known = this.#begins.get(key) ?? { epoch: frame.epoch, sinceS: Infinity };
    if (frame.epoch < newest) return !frame.isFinal || (known.epoch > frame.epoch && frame.startS >= known.sinceS);
    for (const [segment, kept] of this.#open) {
      if (kept.frame.epoch < frame.epoch && lineOf(kept.frame) === line) this.#open.delete(segment);
    }
    this.#epochs.set(line, frame.epoch);
    const sinceS = known.epoch === frame.epoch ? Math.min(known.sinceS, frame.startS) : frame.startS;
    this.#begins.set(key, { epoch: frame.epoch, sinceS });
    return false;
  }

  /** Instead of what an older epoch made of the same words. */
  #takePlace(frame: CaptionFrame): void {
    const latest = [...(this.#latest.get(keyOf(frame)) ?? [])];
    if (!latest.some(([epoch, startS]) => epoch < frame.epoch && startS >= frame.startS)) return;
    for (const [segment, kept] of this.#finals) {
      if (replaces(frame, kept)) this.#finals.delete(segment);
    }
  }

  #isReplaced(frame: CaptionFrame): boolean {
    if ([...this.#open.values()].some((kept) => replaces(kept.frame, frame))) return true;
    const isOld = [...(this.#latest.get(keyOf(frame))?.keys() ?? [])].some((epoch) => epoch > frame.epoch);
    return isOld && [...this.#finals.values()].some((shown) => replaces(shown, frame));
  }

  #addFinal(frame: CaptionFrame): Change {
    const wasOpen = this.#open.delete(frame.segment);
    if (frame.startS <= this.#forgottenBeforeS) return wasOpen ? "open" : "nothing";
    this.#finals.set(frame.segment, frame);
    const latest = this.#latest.get(keyOf(frame)) ?? new Map<number, number>();
    this.#latest.set(keyOf(frame), latest.set(frame.epoch, Math.max(latest.get(frame.epoch) ?? -Infinity, frame.startS)));
    this.#takePlace(frame);
    if (this.#finals.size > this.history) {
      const oldest = [...this.#finals.values()].reduce((first, other) => (byTime(other, first) < 0 ? other : first));
      this.#finals.delete(oldest.segment);
      this.#forgottenBeforeS = oldest.startS;
    }
    if (frame.text !== "") return "final";
    return wasOpen ? "open" : "nothing";
  }
}
