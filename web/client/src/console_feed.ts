// What a console reads: the room's state and the captions of several languages. Never touches the page.

import { history, Refused, Unreachable, type Grant } from "./api.ts";
import { CaptionReceiver, decodeFrame, historyFrame } from "./captions.ts";
import { epochOf, wantedTracks, type DataTrack } from "./channels.ts";
import type { ConsoleRoom, Person } from "./console_room.ts";
import { onAirOf, type OnAir } from "./console_state.ts";
import { decodeState, StateFollower, type RoomState } from "./state.ts";

const READ_AGAIN_MS = 500;
/** Finals may be written to the store a moment after they were shown. */
const HISTORY_OVERLAP_S = 10;

export interface FeedEvents {
  onState(): void;
  onCaptions(language: string): void;
}

export class ConsoleFeed {
  readonly #room: () => ConsoleRoom;
  readonly #events: FeedEvents;
  readonly #readers = new Map<string, AbortController>();
  #captions = new Map<string, CaptionReceiver>();
  #follower = new StateFollower();
  #onAir: ReadonlyMap<string, OnAir> = new Map();
  #session = "";

  constructor(room: () => ConsoleRoom, events: FeedEvents) {
    this.#room = room;
    this.#events = events;
  }

  get state(): RoomState | null {
    return this.#follower.state;
  }

  /** Who is on air in each channel, as the floor agent said last. */
  get onAir(): ReadonlyMap<string, OnAir> {
    return this.#onAir;
  }

  captionsOf(language: string): CaptionReceiver {
    const known = this.#captions.get(language) ?? new CaptionReceiver();
    this.#captions.set(language, known);
    return known;
  }

  /** A room is entered; whether it is another session, which counts everything from zero. */
  enter(grant: Grant): boolean {
    this.#stop(() => true);
    if (grant.room === this.#session) return false;
    this.#session = grant.room;
    this.#captions = new Map();
    this.#follower = new StateFollower();
    this.#onAir = new Map();
    return true;
  }

  /** Read the state, and captions in these languages. */
  follow(people: Person[], languages: ReadonlySet<string>): void {
    const tracks = [...languages].flatMap((language) => wantedTracks(people, { language, hasSound: false }).captions);
    tracks.push(...wantedTracks(people, { language: "", hasSound: false }).state);
    const keys = new Set(tracks.map(keyOf));
    this.#stop((key) => !keys.has(key));
    for (const track of tracks) {
      const publisher = people.find(({ identity }) => identity === track.identity);
      if (!this.#readers.has(keyOf(track))) void this.#read(track, publisher ? epochOf(publisher) : 0);
    }
  }

  forget(identity: string): void {
    this.#stop((key) => key.startsWith(`${identity}\n`));
    for (const captions of this.#captions.values()) captions.forgetPublisher(identity);
  }

  /** Fetch what was said while nothing arrived. */
  async heal(languages: ReadonlySet<string>): Promise<void> {
    await Promise.all([...languages].map((language) => this.#heal(language)));
  }

  async #heal(language: string): Promise<void> {
    const grant = this.#room().grant;
    const captions = this.captionsOf(language);
    if (grant === null) return;
    const lastS = captions.finals.at(-1)?.startS;
    try {
      const segments = await history(grant, language, lastS === undefined ? null : lastS - HISTORY_OVERLAP_S);
      const frames = segments.map(historyFrame).filter((frame) => frame !== null);
      if (captions.addHistory(frames)) this.#events.onCaptions(language);
    } catch (error) {
      // The snapshot on the data track heals the last finals; a later join asks again.
      if (!(error instanceof Unreachable) && !(error instanceof Refused)) throw error;
    }
  }

  async #read(track: DataTrack, epoch: number): Promise<void> {
    const controller = new AbortController();
    const frames = this.#room().readData(track, controller.signal);
    if (frames === null) return;
    this.#readers.set(keyOf(track), controller);
    try {
      const reader = frames.getReader();
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        if (controller.signal.aborted) return;
        this.#take(track, epoch, next.value.payload);
      }
    } catch {
      // The subscription failed or was aborted; `follow` asks again for what is still wanted.
    }
    if (controller.signal.aborted) return;
    this.#readers.delete(keyOf(track));
    setTimeout(() => this.#events.onState(), READ_AGAIN_MS);
  }

  #take(track: DataTrack, epoch: number, payload: Uint8Array): void {
    if (track.name === "state") {
      const state = decodeState(payload);
      if (!state || !this.#follower.receive(epoch, state)) return;
      this.#onAir = onAirOf(payload);
      this.#events.onState();
      return;
    }
    const frame = decodeFrame(payload);
    if (frame === null || track.name !== `captions:${frame.language}`) return;
    if (this.captionsOf(frame.language).receive(track.identity, frame) !== "nothing") this.#events.onCaptions(frame.language);
  }

  #stop(isOver: (key: string) => boolean): void {
    for (const [key, controller] of this.#readers) {
      if (!isOver(key)) continue;
      this.#readers.delete(key);
      controller.abort();
    }
  }
}

const keyOf = ({ identity, name }: DataTrack): string => `${identity}\n${name}`;
