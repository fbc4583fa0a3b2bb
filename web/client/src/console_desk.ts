// What the interpreter has chosen at their desk, and what follows for the room: who they should be for it, what of
// their microphone it hears, what they hear. Never touches the page.

import { handBack, Refused, takeChannel, Unreachable, type ChannelWish } from "./api.ts";
import type { ConsoleFeed } from "./console_feed.ts";
import { wantedTracks, type Person } from "./channels.ts";
import type { ConsoleRoom } from "./console_room.ts";
import { phrase } from "./console_words.ts";
import { choose, FLOOR, heardOn, swap, withOwn, type Incoming } from "./incoming.ts";
import { isMicrophoneOpen, lampOf, pressOf, Wishes, type Lamp, type Situation } from "./lamp.ts";
import type { Phrase } from "./words.ts";

const ARMED_S = 5;

export const nowS = (): number => performance.now() / 1000;

export interface DeskEvents {
  onChange(): void;
  /** A change was refused; null: the last refusal is history. */
  onTrouble(trouble: Phrase | null): void;
  /** The channel has just been asked for. */
  onAsked(): void;
}

export class Desk {
  readonly wishes = new Wishes();
  incoming: Incoming = { tag: FLOOR, relay: null };
  outgoing: string;
  isCoughing = false;
  isHolding = false;
  hasMicrophone = false;
  isConnected = false;
  readonly #channels: string[];
  readonly #all: string[];
  readonly #room: ConsoleRoom;
  readonly #feed: ConsoleFeed;
  readonly #events: DeskEvents;
  #isAsking = false;
  /** What was pressed last, until the server has answered all of it. */
  #pressed: Promise<void> = Promise.resolve();
  #armedUntilS = -Infinity;

  /** `channels` are those that this interpreter speaks into, `all` those that can be heard. */
  constructor(channels: string[], all: string[], room: ConsoleRoom, feed: ConsoleFeed, events: DeskEvents) {
    this.#channels = channels;
    this.#all = all;
    this.#room = room;
    this.#feed = feed;
    this.#events = events;
    this.outgoing = channels[0] ?? "";
  }

  get me(): string {
    return this.#room.grant?.identity ?? "";
  }

  get isArmed(): boolean {
    return this.lamp.kind === "colleague" && nowS() < this.#armedUntilS;
  }

  get lamp(): Lamp {
    return lampOf(this.situation);
  }

  get situation(): Situation {
    return {
      me: this.me,
      isConnected: this.isConnected,
      hasMicrophone: this.hasMicrophone,
      wish: this.wishes.of(this.outgoing),
      onAir: this.#feed.onAir.get(this.outgoing) ?? null,
      askedForS: this.wishes.ageS(this.outgoing, nowS()),
      isAsking: this.#isAsking,
      isCoughing: this.isCoughing,
    };
  }

  /** The channels in which this interpreter should be heard. */
  get mine(): string[] {
    return this.#channels.filter((tag) => this.me !== "" && this.wishes.of(tag)?.human === this.me);
  }

  /** The big button. */
  press(): Promise<void> {
    return this.#inTurn(() => this.#press());
  }

  async #press(): Promise<void> {
    const press = pressOf(this.lamp, this.isArmed, this.hasMicrophone);
    this.#armedUntilS = press === "arm" ? nowS() + ARMED_S : -Infinity;
    if (press === "take" || press === "force") await this.#take(this.outgoing, press === "force");
    if (press === "hand_back") await this.#handBack(this.mine);
    this.#events.onChange();
  }

  /** Speak into another channel; who is on air goes on there, and hands back the one before. */
  turnTo(tag: string): Promise<void> {
    return this.#inTurn(() => this.#turnTo(tag));
  }

  /** Speak into the next channel. */
  turn(): Promise<void> {
    return this.#inTurn(async () => {
      const next = this.#channels[(this.#channels.indexOf(this.outgoing) + 1) % this.#channels.length];
      if (next !== undefined) await this.#turnTo(next);
    });
  }

  async #turnTo(tag: string): Promise<void> {
    const before = this.mine.filter((other) => other !== tag);
    if (tag === this.outgoing) return this.#events.onChange();
    if (before.length > 0 && !(await this.#take(tag, false))) return this.#events.onChange();
    this.outgoing = tag;
    this.#armedUntilS = -Infinity;
    this.incoming = withOwn(this.incoming, tag);
    this.#events.onChange();
    await this.#handBack(before);
  }

  listenTo(tag: string): void {
    this.incoming = choose(this.incoming, tag, this.outgoing);
    this.#events.onChange();
  }

  swapIncoming(): void {
    this.incoming = swap(this.incoming, this.#all, this.outgoing);
    this.#events.onChange();
  }

  /** Bring the room to what the desk says: the microphone, and the tracks that are received; tells which are heard. */
  apply(people: Person[]): ReadonlySet<string> {
    this.wishes.readMetadata(this.#room.metadata, nowS());
    void this.#room.openMicrophone(isMicrophoneOpen(this.situation));
    const floor = wantedTracks(people, { language: FLOOR, hasSound: true }).floor;
    const { tag, relay } = this.incoming;
    // Both are held, so that a key changes between them at once.
    const voices = relay === null ? [] : [...machines(people, relay), ...humans(people, relay)];
    // Colleagues on air are received for their level; they are heard as relay alone.
    this.#room.receiveAudio(new Set([...floor.keys(), ...voices, ...humans(people, this.outgoing)]));
    const heard = heardOn(tag, this.#feed.onAir);
    if (heard.from === "floor") return new Set(floor.keys());
    return new Set(heard.from === "machine" ? machines(people, tag) : humans(people, tag, heard.who));
  }

  /** Give everything back, before leaving. */
  handAllBack(): Promise<void> {
    return this.#inTurn(() => this.#handBack(this.mine));
  }

  /** One after another: the room may tell of a change before its answer comes, and what is pressed meanwhile is
   * meant for what follows. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#pressed = this.#pressed.catch(() => undefined).then(work);
    return this.#pressed;
  }

  async #take(tag: string, isForced: boolean): Promise<boolean> {
    this.#events.onAsked();
    return this.#change(tag, async (seen) => takeChannel(this.#place(), tag, seen, isForced));
  }

  async #handBack(tags: string[]): Promise<void> {
    for (const tag of tags) await this.#change(tag, async (seen) => handBack(this.#place(), tag, seen));
  }

  async #change(tag: string, ask: (seen: number) => Promise<ChannelWish>): Promise<boolean> {
    const known = this.wishes.of(tag);
    this.#isAsking = true;
    this.#events.onTrouble(null);
    this.#events.onChange();
    try {
      const { human, number } = await ask(known?.number ?? 0);
      this.wishes.take(tag, { human, number, isOnly: known?.isOnly ?? false }, nowS());
      return true;
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof Unreachable)) throw error;
      this.#events.onTrouble(refusal(error));
      return false;
    } finally {
      this.#isAsking = false;
      this.#events.onChange();
    }
  }

  #place(): NonNullable<ConsoleRoom["grant"]> {
    const { grant } = this.#room;
    if (grant === null) throw new Unreachable("not in the room");
    return grant;
  }
}

/** Why the server did not do what was asked. */
export function refusal(error: Refused | Unreachable): Phrase {
  if (error instanceof Unreachable) return phrase("not_taken", "caution");
  const isSaid = error.code !== "channel_taken" && error.message !== "";
  return isSaid ? phrase("said", "trouble", { sentence: error.message }) : phrase("taken", "caution");
}

const machines = (people: Person[], tag: string): string[] => [...wantedTracks(people, { language: tag, hasSound: true }).voices.keys()];

/** Microphones of a channel's interpreters, or of one. */
function humans(people: Person[], tag: string, identity?: string): string[] {
  const found = [...wantedTracks(people, { language: tag, hasSound: true }, tag, true).humans];
  return found.filter(([, who]) => identity === undefined || who === identity).map(([sid]) => sid);
}
