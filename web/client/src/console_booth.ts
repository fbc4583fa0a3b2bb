// What this interpreter agrees on with the colleagues of their channels: handovers and the length of a shift. Never
// touches the page.

import { answerHandover, offerChannel, Refused, setShift, Unreachable } from "./api.ts";
import { refusal, type Desk } from "./console_desk.ts";
import type { ConsoleRoom } from "./console_room.ts";
import { HandoverNews, sharedOf, standOf, type Handover, type Shared, type Stand } from "./handover.ts";
import { SHIFT_MINUTES } from "./shift.ts";
import type { Phrase } from "./words.ts";

export interface BoothEvents {
  /** An offer that concerns one of this interpreter's channels has come, or gone a step further. */
  onHandover(tag: string, handover: Handover): void;
  onTrouble(trouble: Phrase | null): void;
}

export class SharedBooth {
  /** Identities of the colleagues who are here and speak into the channel that this interpreter speaks into. */
  partners: string[] = [];
  readonly #channels: string[];
  readonly #room: ConsoleRoom;
  readonly #desk: Desk;
  readonly #events: BoothEvents;
  readonly #news = new HandoverNews();
  #shared: ReadonlyMap<string, Shared> = new Map();
  /** What was chosen here, until the room says so. */
  #chosenShift: number | null = null;

  constructor(channels: string[], room: ConsoleRoom, desk: Desk, events: BoothEvents) {
    this.#channels = channels;
    this.#room = room;
    this.#desk = desk;
    this.#events = events;
  }

  /** Read what the room says now. */
  follow(): void {
    const { metadata } = this.#room;
    // A room that is not entered yet says nothing: what had ended before would be news again once it is.
    if (metadata === "") return;
    const mine = [...sharedOf(metadata)].filter(([tag]) => this.#channels.includes(tag));
    this.#shared = new Map(mine);
    if (this.#shared.get(this.#desk.outgoing)?.shiftMinutes === this.#chosenShift) this.#chosenShift = null;
    for (const { tag, handover } of this.#news.read(this.#shared)) this.#events.onHandover(tag, handover);
  }

  /** Another session counts from zero. */
  clear(): void {
    this.#news.clear();
  }

  get stand(): Stand {
    const { me, outgoing, hasMicrophone, wishes } = this.#desk;
    const channels = [outgoing, ...this.#channels.filter((tag) => tag !== outgoing)];
    const human = wishes.of(outgoing)?.human ?? "";
    return standOf({ me, channels, shared: this.#shared, human, partners: this.partners, hasMicrophone });
  }

  get shiftMinutes(): number {
    return this.#chosenShift ?? this.#shared.get(this.#desk.outgoing)?.shiftMinutes ?? SHIFT_MINUTES;
  }

  /** By the room's clock; null: nobody is on air. */
  get shiftSinceS(): number | null {
    return this.#shared.get(this.#desk.outgoing)?.shiftSinceS ?? null;
  }

  /** Hand over to a partner, or ask the one who is on air. */
  async begin(partner: string, minutes: number): Promise<void> {
    const { stand } = this;
    const tag = this.#desk.outgoing;
    if ((stand.kind !== "offer" && stand.kind !== "ask") || !stand.partners.includes(partner)) return;
    await this.#ask((grant) => offerChannel(grant, tag, this.#desk.wishes.of(tag)?.number ?? 0, partner, minutes));
  }

  async accept(): Promise<void> {
    const { stand } = this;
    if (stand.kind !== "answer" || !stand.canAccept) return;
    await this.#ask((grant) => answerHandover(grant, stand.tag, stand.handover.number, "accept"));
  }

  /** Decline what the other offers or asks, or take one's own back. */
  async refuse(): Promise<void> {
    const { stand } = this;
    if (stand.kind !== "answer" && stand.kind !== "waiting" && stand.kind !== "agreed") return;
    const { tag, handover } = stand;
    const word = handover.by === this.#desk.me ? "cancel" : "decline";
    await this.#ask((grant) => answerHandover(grant, tag, handover.number, word));
  }

  /** For all consoles of this interpreter's channels: both directions of a booth have one shift. */
  async setShift(minutes: number): Promise<void> {
    this.#chosenShift = minutes;
    const isTold = await this.#ask(async (grant) => {
      for (const tag of this.#channels) await setShift(grant, tag, minutes);
    });
    if (!isTold) this.#chosenShift = null;
  }

  /** Whether the server did so. */
  async #ask(ask: (grant: NonNullable<ConsoleRoom["grant"]>) => Promise<void>): Promise<boolean> {
    const { grant } = this.#room;
    if (grant === null) return false;
    this.#events.onTrouble(null);
    try {
      await ask(grant);
      return true;
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof Unreachable)) throw error;
      this.#events.onTrouble(refusal(error));
      return false;
    }
  }
}
