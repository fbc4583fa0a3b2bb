// What the interpreters of a channel share by the room's metadata: its shift, and the last offer of the channel from
// one to another. What a console shows of it. Pure.

import { clock } from "./paragraphs.ts";
import { SHIFT_MINUTES } from "./shift.ts";
import { isObject, numberOf, staffRows, textOf } from "./state.ts";
import type { Phrase, Tone } from "./words.ts";

export interface Handover {
  /** Of the channel's offers; each has the next one. */
  number: number;
  step: string;
  giver: string;
  taker: string;
  /** Whichever of them began. */
  by: string;
  /** 0: as soon as it is accepted. */
  minutes: number;
  /** By the room's clock, like all times here. */
  answerByS: number;
  dueS: number;
}

export interface Shared {
  shiftMinutes: number;
  /** Null: nobody is on air. */
  shiftSinceS: number | null;
  handover: Handover | null;
}

export const isOpen = (handover: Handover | null): handover is Handover => handover?.step === "offered" || handover?.step === "accepted";

/** What the room's metadata says of each channel; web of the version before says less. */
export function sharedOf(metadata: string): Map<string, Shared> {
  return new Map([...staffRows(metadata)].map(([tag, row]) => [tag, readShared(row)]));
}

function readShared(row: Record<string, unknown>): Shared {
  return {
    shiftMinutes: numberOf(row.shift_minutes) || SHIFT_MINUTES,
    shiftSinceS: typeof row.shift_since_s === "number" ? row.shift_since_s : null,
    handover: isObject(row.handover) ? readHandover(row.handover) : null,
  };
}

const readHandover = (row: Record<string, unknown>): Handover => ({
  number: numberOf(row.number),
  step: textOf(row.step),
  giver: textOf(row.giver),
  taker: textOf(row.taker),
  by: textOf(row.by),
  minutes: numberOf(row.minutes),
  answerByS: numberOf(row.answer_by_s),
  dueS: numberOf(row.due_s),
});

export interface Booth {
  me: string;
  /** Of this interpreter, the one that they speak into first. */
  channels: string[];
  shared: ReadonlyMap<string, Shared>;
  /** Who should be on air in the channel that they speak into; empty: the machine. */
  human: string;
  /** Colleagues of that channel who are here. */
  partners: string[];
  hasMicrophone: boolean;
}

/** What can be done about a handover now. */
export type Stand =
  /** One may begin: hand over to one of the partners, or ask the only one for the channel. */
  | { kind: "offer" | "ask"; partners: string[] }
  | { kind: "closed" }
  /** `waiting` for the other's answer, `answer` it oneself, `agreed` on a moment, or `others` have one open. */
  | { kind: "waiting" | "answer" | "agreed" | "others"; tag: string; handover: Handover; canAccept: boolean };

export function standOf({ me, channels, shared, human, partners, hasMicrophone }: Booth): Stand {
  const open = channels.flatMap((tag): [string, Handover][] => {
    const handover = shared.get(tag)?.handover ?? null;
    return isOpen(handover) ? [[tag, handover]] : [];
  });
  const [tag, handover] = open.find(([, one]) => isOf(one, me)) ?? open.find(([tag]) => tag === channels[0]) ?? [];
  if (tag !== undefined && handover !== undefined) {
    return { kind: kindOf(handover, me), tag, handover, canAccept: hasMicrophone || handover.taker !== me };
  }
  if (human === me) return partners.length > 0 ? { kind: "offer", partners } : { kind: "closed" };
  return human !== "" && hasMicrophone ? { kind: "ask", partners: [human] } : { kind: "closed" };
}

const isOf = ({ giver, taker }: Handover, me: string): boolean => giver === me || taker === me;

function kindOf(handover: Handover, me: string): "waiting" | "answer" | "agreed" | "others" {
  if (!isOf(handover, me)) return "others";
  if (handover.step === "accepted") return "agreed";
  return handover.by === me ? "waiting" : "answer";
}

/** `nameOf` an identity, `say` the words of a key that stands inside a sentence. */
export interface Speech {
  nameOf(identity: string): string;
  say(key: string, values?: Record<string, string>): string;
}

/** An offer in words that stay the same until its step changes. */
export function offerWords(handover: Handover, me: string, { nameOf, say }: Speech): Phrase {
  const { step, giver, taker, by, minutes } = handover;
  const when = minutes === 0 ? say("when_now") : say("when_in", { minutes: String(minutes) });
  const values = { name: nameOf(giver === me ? taker : giver), giver: nameOf(giver), taker: nameOf(taker), when };
  const phrase = (key: string, tone: Tone = "calm"): Phrase => ({ key: `handover_${key}`, tone, values });
  if (!isOf(handover, me)) return phrase("others");
  if (step === "accepted") return phrase(giver === me ? "agreed_give" : "agreed_take", "caution");
  if (by === me) return phrase(giver === me ? "offered" : "asked");
  return phrase(giver === me ? "is_asked" : "is_offered", "caution");
}

/** The countdowns of an open offer: to its moment, and to the end of the time for an answer. */
export function countdownOf({ step, minutes, answerByS, dueS }: Handover, roomS: number, say: Speech["say"]): string {
  const left = (untilS: number): string => clock(Math.max(0, Math.ceil(untilS - roomS)));
  const due = minutes === 0 ? [] : [say("handover_due", { time: left(dueS) })];
  return [...due, ...(step === "offered" ? [say("handover_answer_by", { time: left(answerByS) })] : [])].join(" · ");
}

/** How an offer ended, for the two whom it concerns; null for anybody else. */
export function endWords(handover: Handover, me: string, { nameOf }: Speech): Phrase | null {
  const { step, giver, taker, by } = handover;
  if (!isOf(handover, me) || isOpen(handover)) return null;
  const mine: Record<string, boolean> = { done: taker === me, declined: by !== me, cancelled: by === me };
  const side = step in mine ? (mine[step] ? "_by_me" : "_by_other") : "";
  const name = step === "vanished" ? nameOf(taker) : nameOf(giver === me ? taker : giver);
  return { key: `handover_${step}${side}`, tone: step === "done" ? "calm" : "caution", values: { name } };
}

/** As they stand on the buttons. */
export interface AnswerKeys {
  accept: string;
  refuse: string;
}

/** What is spoken of a step of an offer; who is to answer hears by which keys. */
export function spokenOf(handover: Handover, me: string, speech: Speech, keys: AnswerKeys): Phrase[] {
  if (!isOpen(handover)) return [endWords(handover, me, speech)].filter((words) => words !== null);
  const isMineToAnswer = isOf(handover, me) && kindOf(handover, me) === "answer";
  const hint: Phrase = { key: "handover_keys", tone: "calm", values: { ...keys } };
  return [offerWords(handover, me, speech), ...(isMineToAnswer ? [hint] : [])];
}

/** What of the offers is news: each step of each is so once, and what had ended before this console came never. */
export class HandoverNews {
  #seen: Map<string, string> | null = null;

  read(shared: ReadonlyMap<string, Shared>): { tag: string; handover: Handover }[] {
    const before = this.#seen;
    const rows = [...shared].flatMap(([tag, { handover }]) => (handover === null ? [] : [{ tag, handover }]));
    this.#seen = new Map(rows.map(({ tag, handover }) => [tag, `${handover.number} ${handover.step}`]));
    return rows.filter(({ tag, handover }) => (before === null ? isOpen(handover) : before.get(tag) !== this.#seen?.get(tag)));
  }

  /** Another session counts from zero. */
  clear(): void {
    this.#seen = null;
  }
}
