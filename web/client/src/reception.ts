// Keeps what a page receives equal to what its language needs: captions, the room's state, voices and floor.
// Never touches the page; tells its listener what changed.

import { choose, join, type Grant, type JoinRequest } from "./api.ts";
import { CaptionReceiver, decodeFrame, type CaptionFrame, type Origin } from "./captions.ts";
import { wantedTracks, type Choice, type DataTrack, type Publisher, type Wanted } from "./channels.ts";
import { Connection, type Handlers, type Status } from "./connection.ts";
import { DataReaders } from "./data_readers.ts";
import { Packets } from "./fallback.ts";
import { FloorPulse } from "./floor_pulse.ts";
import { isTemporary, lastWords, missedCaptions } from "./missed_captions.ts";
import { Mixer, Sound } from "./sound.ts";
import { decodeState, isSameLanguage, isServed, staffOf, StateFollower, type Channel, type RoomState } from "./state.ts";

export interface Events {
  onStatus(status: Status, sentence: string): void;
  /** Inside the room; `isFresh`: as a new participant, who has published nothing. */
  onJoined(isFresh: boolean): void;
  /** Captions come in this language from now on. */
  onReading(language: string): void;
  onCaptions(): void;
  onState(): void;
  /** The device holds sound back until a tap. */
  onBlocked(isBlocked: boolean): void;
  /** The floor agent has sent data to this page. */
  onFloorSays?(topic: string, payload: Uint8Array): void;
}

const RENEW_MS = 15_000;
const MIX_MS = 100;
const COUNT_MS = 300;
const AUDIO_OVERDUE_MS = 5000;
/** So many frames lost at once are an outage, not loss: the history knows what was said. */
const OUTAGE_FRAMES = 5;

const nowS = (): number => performance.now() / 1000;

export class Reception implements Handlers {
  readonly connection: Connection;
  readonly #events: Events;
  readonly #sound: Sound;
  readonly #mixer: Mixer;
  readonly #packets = new Packets();
  readonly #readers: DataReaders;
  readonly #asked = new Map<string, number>();
  readonly #isListener: boolean;
  #room = "";
  #captions = new CaptionReceiver();
  #follower = new StateFollower();
  #choice: Choice;
  #reading: string;
  #balance: number;
  #wanted: Wanted = { voices: new Map(), humans: new Map(), floor: new Map(), captions: [], state: [] };
  #floor = new Map<string, string>();
  #isStaffed = false;
  /** The newest of the captions that came since the channel's voice last changed. */
  #newest: CaptionFrame | null = null;
  #wasTyped = false;
  #chosenS = nowS();
  readonly #pulse = new FloorPulse();
  #spokeS = -Infinity;

  constructor(meetingId: string, request: () => JoinRequest, language: string, balance: number, events: Events) {
    this.#events = events;
    this.#choice = { language, hasSound: false };
    this.#reading = language;
    this.#balance = balance;
    this.#isListener = request().role === "listener";
    this.#sound = new Sound((isBlocked) => events.onBlocked(isBlocked && this.#choice.hasSound));
    this.#mixer = new Mixer(this.#sound);
    this.connection = new Connection((before) => join(meetingId, request(), before), this);
    this.#readers = new DataReaders({
      open: (track, signal) => this.connection.readData(track, signal),
      onFrame: (track, epoch, payload) => this.#take(track, epoch, payload),
      onEnded: () => this.onChange(),
    });
  }

  get captions(): CaptionReceiver {
    return this.#captions;
  }

  get choice(): Choice {
    return this.#choice;
  }

  /** As the floor agent says; of the chosen channel's human also as packets prove. */
  get state(): RoomState | null {
    const { state } = this.#follower;
    const { language, hasSound } = this.#choice;
    const told = state?.channels.get(language);
    if (!state || !told || !hasSound) return state;
    const believed = this.#packets.believed(told, this.#wanted, nowS());
    return believed === told ? state : { ...state, channels: new Map(state.channels).set(language, believed) };
  }

  /** The language of the captions: the chosen one, or what is spoken while nobody can interpret into it. */
  get readLanguage(): string {
    const { language } = this.#choice;
    const channel = this.#channel;
    if (channel?.state !== "no_capacity" || channel.source === "human") return language;
    return this.#floor.values().next().value ?? language;
  }

  /** Whether a machine has taken the meeting. */
  get isServed(): boolean {
    return isServed(this.connection.metadata);
  }

  /** Whether the floor agent has long told nothing more: what it told last is not so any more. */
  get isFloorAway(): boolean {
    return this.#pulse.isAway;
  }

  /** Whether humans are assigned to the chosen language. */
  get isStaffed(): boolean {
    return this.#isStaffed;
  }

  /** Whose the newest captions are; null until some came since the channel's voice last changed. */
  get captionsOrigin(): Origin | null {
    return this.#newest?.origin ?? null;
  }

  /** How long the present language has been chosen. */
  get chosenForS(): number {
    return nowS() - this.#chosenS;
  }

  /** How long nobody on the floor has spoken, as far as this page knows. */
  get quietForS(): number {
    return nowS() - this.#spokeS;
  }

  /** Whether somebody on the floor speaks the chosen language. */
  get isSpoken(): boolean {
    return [...this.#floor.values()].some((spoken) => isSameLanguage(spoken, this.#choice.language));
  }

  /** Whether captions of the chosen language have been typed by somebody since it was chosen. */
  get wasTyped(): boolean {
    return this.#wasTyped;
  }

  /** Whether anybody's microphone is in the room. */
  get hasSpeakers(): boolean {
    return this.#floor.size > 0;
  }

  /** Receive until the meeting is over or the page leaves. */
  async run(): Promise<void> {
    const timers = [setInterval(() => this.#follow(), MIX_MS), setInterval(() => void this.#count(), COUNT_MS), setInterval(() => void this.#renew(), RENEW_MS)];
    addEventListener("pagehide", () => void this.#renew(null));
    addEventListener("pageshow", () => void this.#renew());
    try {
      await this.connection.run();
    } finally {
      timers.forEach(clearInterval);
      this.#readers.stop();
      await this.#sound.pause();
    }
  }

  /** Change the language; its captions begin with what was said before. */
  chooseLanguage(language: string): void {
    if (language === this.#choice.language) return;
    this.#choice = { ...this.#choice, language };
    this.#chosenS = nowS();
    this.#newest = null;
    this.#wasTyped = false;
    this.onChange();
    void this.#renew();
  }

  /** Sound on; must run inside a tap or key press. */
  async startSound(): Promise<void> {
    await this.#sound.start();
    this.#packets.clear();
    this.#choice = { ...this.#choice, hasSound: true };
    this.onChange();
    void this.#renew();
  }

  /** Sound off; captions go on. */
  async stopSound(): Promise<void> {
    this.#choice = { ...this.#choice, hasSound: false };
    this.onChange();
    void this.#renew();
    await this.#sound.pause();
  }

  setBalance(balance: number): void {
    this.#balance = balance;
    this.#mix();
  }

  onStatus(status: Status, sentence: string): void {
    this.#events.onStatus(status, sentence);
  }

  onGranted(grant: Grant): void {
    // What the room before sent is gone. From here on everything is of the new one, also what comes before `onJoined`.
    this.#readers.stop();
    for (const sid of this.#asked.keys()) this.onAudioGone(sid);
    if (grant.room !== this.#room) {
      // Another session counts its segments and its seconds from zero.
      this.#room = grant.room;
      this.#captions = new CaptionReceiver();
      this.#follower = new StateFollower();
      this.#pulse.enter(true);
    }
    void this.#renew();
    void this.#heal();
  }

  onJoined(isFresh: boolean): void {
    this.#pulse.enter(false);
    this.#events.onJoined(isFresh);
    void this.#renew();
    void this.#heal();
  }

  onData(topic: string, payload: Uint8Array, isFloorAgent: boolean): void {
    if (isFloorAgent) this.#events.onFloorSays?.(topic, payload);
  }

  onChange(): void {
    const people = this.connection.people();
    this.#isStaffed = staffOf(this.connection.metadata).has(this.#choice.language);
    this.#floor = languagesOfSpeakers(people);
    this.#wanted = wantedTracks(people, this.#choice, this.readLanguage, this.isStaffed);
    this.#readAnew();
    this.#askForAudio();
    this.#readers.follow([...this.#wanted.captions, ...this.#wanted.state], people);
    this.#events.onState();
  }

  onAudio(sid: string, track: MediaStreamTrack): void {
    this.#sound.add(sid, track);
    this.#mix();
  }

  onAudioGone(sid: string): void {
    this.#sound.remove(sid);
    this.#asked.delete(sid);
  }

  onPublisherGone(identity: string): void {
    this.#readers.forget(identity);
    this.#captions.forgetPublisher(identity);
    this.#events.onCaptions();
    if (this.#wanted.captions.some((track) => track.identity === identity)) void lastWords().then(() => this.#heal());
  }

  get #channel(): Channel | undefined {
    return this.state?.channels.get(this.#choice.language);
  }

  /** Captions of another language than before begin with what was said so far. */
  #readAnew(): void {
    if (this.readLanguage === this.#reading) return;
    this.#reading = this.readLanguage;
    this.#captions = new CaptionReceiver();
    this.#events.onReading(this.#reading);
    this.#events.onCaptions();
    void this.#heal();
  }

  #askForAudio(): void {
    const sids = new Set([...this.#wanted.voices.keys(), ...this.#wanted.humans.keys(), ...this.#wanted.floor.keys()]);
    this.connection.receiveAudio(sids);
    for (const sid of sids) if (!this.#asked.has(sid)) this.#asked.set(sid, performance.now());
    for (const sid of [...this.#asked.keys()]) if (!sids.has(sid)) this.onAudioGone(sid);
  }

  #take(track: DataTrack, epoch: number, payload: Uint8Array): void {
    if (track.name === "state") return this.#takeState(epoch, payload);
    const frame = decodeFrame(payload);
    if (frame === null || frame.language !== this.#reading) return;
    const lostBefore = this.#captions.lostFrames;
    if (this.#captions.receive(track.identity, frame) !== "nothing") {
      if (frame.startS >= (this.#newest?.startS ?? -Infinity)) this.#newest = frame;
      this.#events.onCaptions();
    }
    if (this.#captions.lostFrames - lostBefore >= OUTAGE_FRAMES) void this.#heal();
  }

  #takeState(epoch: number, payload: Uint8Array): void {
    const state = decodeState(payload);
    const before = this.#channel;
    if (!state || !this.#follower.receive(epoch, state)) return;
    this.#pulse.told();
    if (state.speakers.some(({ speaking }) => speaking)) this.#spokeS = nowS();
    if (this.#channel?.typedBy) this.#wasTyped = true;
    this.#show(before);
  }

  /** The channel is, or may be, another's than before: at once, as timers of hidden pages are late. */
  #show(before: Channel | undefined): void {
    if (this.#channel?.source !== before?.source || this.#channel?.who !== before?.who) this.#newest = null;
    if (this.readLanguage !== this.#reading) this.onChange();
    this.#mix();
    this.#events.onState();
  }

  /** What no event tells of. */
  #follow(): void {
    this.#pulse.look(nowS());
    if (this.#choice.hasSound && this.isStaffed) this.#mixer.match(this.#choice.language, this.#wanted);
    this.#mix();
    this.#askForOverdue();
  }

  /** Only where a human may fall silent unnoticed; elsewhere it would cost phones their battery. */
  async #count(): Promise<void> {
    if (!this.#choice.hasSound || !this.isStaffed) return;
    const received = await this.connection.received();
    const before = this.#channel;
    this.#packets.note(received, nowS());
    if (this.#channel?.source !== before?.source) this.#show(before);
  }

  #mix(): void {
    if (!this.#choice.hasSound) return;
    const humans = [...this.#wanted.humans.values()];
    const present = { state: this.state, floor: this.#floor, humans, isStaffed: this.isStaffed };
    this.#mixer.mix(this.#choice.language, this.#balance, this.#wanted, present, nowS());
  }

  #askForOverdue(): void {
    if (!this.#choice.hasSound) return;
    for (const [sid, askedMs] of this.#asked) {
      if (performance.now() - askedMs < AUDIO_OVERDUE_MS) continue;
      this.#asked.set(sid, performance.now());
      this.connection.askAgain(sid);
    }
  }

  /** Fetch what was said while nothing arrived; what arrives meanwhile is merged. */
  async #heal(): Promise<void> {
    const grant = this.connection.grant;
    const captions = this.#captions;
    if (grant === null) return;
    const frames = await missedCaptions(grant, this.#reading, captions);
    if (captions === this.#captions && captions.addHistory(frames)) this.#events.onCaptions();
  }

  async #renew(language: string | null = this.#choice.language): Promise<void> {
    const grant = this.connection.grant;
    if (grant === null || !this.#isListener) return;
    try {
      await choose(grant, language, this.#choice.hasSound);
    } catch (error) {
      // Renewed every 15 s; the server forgets a choice only after 45 s. Of the meeting's end the room tells.
      if (!isTemporary(error)) throw error;
    }
  }
}

function languagesOfSpeakers(publishers: Publisher[]): Map<string, string> {
  const speakers = publishers.filter(({ isAgent, attributes }) => !isAgent && attributes.role === "speaker");
  return new Map(speakers.map(({ identity, attributes }) => [identity, attributes.language ?? ""]));
}
