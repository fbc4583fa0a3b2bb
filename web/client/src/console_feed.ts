// What a console reads: the room's state and the captions of several languages. Never touches the page.

import type { Grant } from "./api.ts";
import { CaptionReceiver, decodeFrame } from "./captions.ts";
import { wantedTracks, type DataTrack, type Person } from "./channels.ts";
import type { ConsoleRoom } from "./console_room.ts";
import { DataReaders } from "./data_readers.ts";
import { FloorPulse } from "./floor_pulse.ts";
import { lastWords, missedCaptions } from "./missed_captions.ts";
import { decodeState, StateFollower, type Channel, type RoomState } from "./state.ts";

const NOBODY: ReadonlyMap<string, Channel> = new Map();

export interface FeedEvents {
  onState(): void;
  onCaptions(language: string): void;
}

export class ConsoleFeed {
  readonly #room: () => ConsoleRoom;
  readonly #events: FeedEvents;
  readonly #readers: DataReaders;
  #captions = new Map<string, CaptionReceiver>();
  #follower = new StateFollower();
  readonly #pulse = new FloorPulse();
  #session = "";
  #read = new Map<string, DataTrack[]>();

  constructor(room: () => ConsoleRoom, events: FeedEvents) {
    this.#room = room;
    this.#events = events;
    this.#readers = new DataReaders({
      open: (track, signal) => this.#room().readData(track, signal),
      onFrame: (track, epoch, payload) => this.#take(track, epoch, payload),
      onEnded: () => events.onState(),
    });
  }

  get state(): RoomState | null {
    return this.#follower.state;
  }

  /** Who is on air in each channel, as the floor agent said last. */
  get onAir(): ReadonlyMap<string, Channel> {
    return this.state?.channels ?? NOBODY;
  }

  /** Whether the floor agent has long told nothing more. */
  get isFloorAway(): boolean {
    return this.#pulse.isAway;
  }

  /** Time has passed. */
  wait(nowS: number): void {
    this.#pulse.look(nowS);
  }

  captionsOf(language: string): CaptionReceiver {
    const known = this.#captions.get(language) ?? new CaptionReceiver();
    this.#captions.set(language, known);
    return known;
  }

  /** A room is entered; whether it is another session, which counts everything from zero. */
  enter(grant: Grant): boolean {
    this.#readers.stop();
    this.#pulse.enter(grant.room !== this.#session);
    if (grant.room === this.#session) return false;
    this.#session = grant.room;
    this.#captions = new Map();
    this.#follower = new StateFollower();
    return true;
  }

  /** Read the state, and captions in these languages. */
  follow(people: Person[], languages: ReadonlySet<string>): void {
    this.#read = new Map([...languages].map((language) => [language, wantedTracks(people, { language, hasSound: false }).captions]));
    const { state } = wantedTracks(people, { language: "", hasSound: false });
    this.#readers.follow([...[...this.#read.values()].flat(), ...state], people);
  }

  forget(identity: string): void {
    this.#readers.forget(identity);
    for (const captions of this.#captions.values()) captions.forgetPublisher(identity);
    const left = [...this.#read].filter(([, tracks]) => tracks.some((track) => track.identity === identity));
    if (left.length > 0) void lastWords().then(() => this.heal(new Set(left.map(([language]) => language))));
  }

  /** Fetch what was said while nothing arrived. */
  async heal(languages: ReadonlySet<string>): Promise<void> {
    await Promise.all([...languages].map((language) => this.#heal(language)));
  }

  async #heal(language: string): Promise<void> {
    const grant = this.#room().grant;
    const captions = this.captionsOf(language);
    if (grant === null) return;
    const frames = await missedCaptions(grant, language, captions);
    if (captions.addHistory(frames)) this.#events.onCaptions(language);
  }

  #take(track: DataTrack, epoch: number, payload: Uint8Array): void {
    if (track.name === "state") {
      const state = decodeState(payload);
      if (!state || !this.#follower.receive(epoch, state)) return;
      this.#pulse.told();
      this.#events.onState();
      return;
    }
    const frame = decodeFrame(payload);
    if (frame === null || track.name !== `captions:${frame.language}`) return;
    if (this.captionsOf(frame.language).receive(track.identity, frame) !== "nothing") this.#events.onCaptions(frame.language);
  }
}
