// What the floor agent says of the room, on its `state` data track: who speaks, and how each channel is. Pure.

/** `unrecognised`: spoken on the floor, and no recogniser understands it; `no_machine`: none interprets from what is spoken. */
export type ChannelState = "starting" | "live" | "idle" | "behind" | "failed" | "no_capacity" | "unrecognised" | "no_machine";
export type Source = "machine" | "human" | "floor" | "none";

export interface Speaker {
  identity: string;
  name: string;
  language: string;
  speaking: boolean;
}

export interface Channel {
  state: ChannelState;
  lagS: number;
  source: Source;
  /** Identity of the human on air; empty while none is. */
  who: string;
  /** Their name, for listeners. */
  name: string;
  /** Of the floor agent's decision; each change has the next one. */
  number: number;
  /** What keeps the human who should be on air off it; empty: nothing. */
  trouble: string;
  /** What a failed channel goes on without: `translation`, `voice`, `recognition`, `captions`; empty: nothing goes on. */
  lacks?: string;
  /** Whether the words of the human on air are its captions; else the machine's are. */
  isCaptioned?: boolean;
  /** Whether it is late because the machines have too much to do. */
  isBusy?: boolean;
  /** For how long they have said nothing while words came from the floor. */
  silentS: number;
  /** From how many interpretations it is made; 0 of the floor itself. */
  relay: number;
  /** Who types its captions now, if anybody. */
  typedBy?: string;
  /** The channel that it is made from instead of the floor; empty: from the floor. */
  from: string;
  /** Why it is not made from the channel `over`, as it should be: `lost`, `too_deep`, `no_pair`; empty: nothing is wrong. */
  relayTrouble: string;
  over: string;
}

/** Web's word for who should be on air in a channel, and its number. */
export interface Wish {
  /** Identity; empty: the machine. */
  human: string;
  number: number;
  /** Whether no machine stands by. */
  isOnly: boolean;
}

export interface RoomState {
  seq: number;
  /** The room's clock when it was sent; null: not said. */
  atS: number | null;
  speakers: Speaker[];
  channels: Map<string, Channel>;
}

const VERSION = 1;
const STATES: readonly string[] = [
  "starting",
  "live",
  "idle",
  "behind",
  "failed",
  "no_capacity",
  "unrecognised",
  "no_machine",
] satisfies ChannelState[];
const SOURCES: readonly string[] = ["machine", "human", "floor", "none"] satisfies Source[];

export const numberOf = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function readSpeaker(value: unknown): Speaker[] {
  if (!isObject(value) || typeof value.identity !== "string" || typeof value.language !== "string") return [];
  return [{ identity: value.identity, name: textOf(value.name), language: value.language, speaking: value.speaking === true }];
}

function readChannel(value: unknown): Channel | null {
  if (!isObject(value) || typeof value.state !== "string" || !STATES.includes(value.state)) return null;
  const source = typeof value.source === "string" && SOURCES.includes(value.source) ? value.source : "none";
  const human = source === "human" ? { who: textOf(value.who), name: textOf(value.name) } : { who: "", name: "" };
  return {
    state: value.state as ChannelState,
    lagS: Math.max(0, numberOf(value.lag_s)),
    source: source as Source,
    ...human,
    number: numberOf(value.number),
    trouble: textOf(value.trouble),
    silentS: numberOf(value.silent_s),
    relay: numberOf(value.relay),
    ...(textOf(value.lacks) ? { lacks: textOf(value.lacks) } : {}),
    ...(value.busy === true ? { isBusy: true } : {}),
    ...(value.captioned === true ? { isCaptioned: true } : {}),
    ...(textOf(value.typed_by) ? { typedBy: textOf(value.typed_by) } : {}),
    from: textOf(value.from),
    relayTrouble: textOf(value.relay_trouble),
    over: textOf(value.over),
  };
}

/** Read a state message of this or the previous version; null for anything else. */
export function decodeState(payload: Uint8Array): RoomState | null {
  let data: unknown;
  try {
    data = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch {
    return null;
  }
  if (!isObject(data) || (data.v !== VERSION && data.v !== VERSION - 1)) return null;
  if (typeof data.seq !== "number" || !Array.isArray(data.speakers) || !isObject(data.channels)) return null;
  const channels = new Map<string, Channel>();
  for (const [tag, value] of Object.entries(data.channels)) {
    const channel = readChannel(value);
    if (channel) channels.set(tag, channel);
  }
  const atS = typeof data.at_s === "number" ? data.at_s : null;
  return { seq: data.seq, atS, speakers: data.speakers.flatMap(readSpeaker), channels };
}

/** Follows the highest number of the newest floor agent; while it is away, its last word holds. */
export class StateFollower {
  #epoch = -1;
  #state: RoomState | null = null;

  get state(): RoomState | null {
    return this.#state;
  }

  /** Whether the message was news. `epoch` is the floor agent's own. */
  receive(epoch: number, state: RoomState): boolean {
    if (epoch < this.#epoch || (epoch === this.#epoch && this.#state && state.seq <= this.#state.seq)) return false;
    this.#epoch = epoch;
    this.#state = state;
    return true;
  }
}

function readMetadata(metadata: string): Record<string, unknown> {
  try {
    const data: unknown = JSON.parse(metadata);
    return isObject(data) ? data : {};
  } catch {
    return {};
  }
}

/** Whether the room's metadata lets one expect interpretation: web says so when no machine takes the room. */
export function isServed(metadata: string): boolean {
  return readMetadata(metadata).is_served !== false;
}

/** The channels that humans are assigned to, by the room's metadata, and who should be on air there. */
export function staffOf(metadata: string): Map<string, Wish> {
  return new Map(
    [...staffRows(metadata)].map(([tag, one]) => [tag, { human: textOf(one.human), number: numberOf(one.number), isOnly: one.is_only === true }]),
  );
}

/** What the room's metadata says of each of those channels. */
export function staffRows(metadata: string): Map<string, Record<string, unknown>> {
  const { staff } = readMetadata(metadata);
  return new Map(Object.entries(isObject(staff) ? staff : {}).map(([tag, row]) => [tag, isObject(row) ? row : {}]));
}

/** Which glossaries the meeting is interpreted by, and their versions, as one string to compare; empty: none. */
export function glossariesOf(metadata: string): string {
  const { glossaries } = readMetadata(metadata);
  const rows = Object.entries(isObject(glossaries) ? glossaries : {});
  return rows.map(([id, version]) => `${id}:${String(version)}`).join(" ");
}

/** Whether two BCP 47 tags name the same language, whatever their regions. */
export function isSameLanguage(one: string, other: string): boolean {
  const primary = (tag: string): string => tag.toLowerCase().split("-", 1)[0] ?? "";
  return primary(one) !== "" && primary(one) === primary(other);
}
