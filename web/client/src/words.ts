// What a page says of its state, in words: keys of the page's strings with their values. Pure.

import type { Origin } from "./captions.ts";
import type { Status } from "./connection.ts";
import type { Channel, RoomState } from "./state.ts";

export type Tone = "calm" | "live" | "caution" | "trouble";

/** A key of the page's strings, with what stands in its places. */
export interface Phrase {
  key: string;
  values: Record<string, string>;
  tone: Tone;
}

export interface Situation {
  status: Status;
  /** The server's own sentence, when it refused. */
  sentence: string;
  language: string;
  /** Endonym of the language. */
  name: string;
  /** Endonym of the language that the channel is interpreted from, or should be, where that is another channel. */
  relayName: string;
  state: RoomState | null;
  /** False while no machine takes the meeting. */
  isServed: boolean;
  /** Whether the floor agent, which told the state, has told nothing for a while. */
  isFloorAway: boolean;
  /** Whether humans are assigned to the language. */
  isStaffed: boolean;
  /** Who wrote the newest captions; null until some came since the voice changed. */
  captionsOrigin: Origin | null;
  /** Whether somebody has typed its captions before. */
  wasTyped: boolean;
  /** How long this language has been chosen. */
  chosenForS: number;
  hasSpeakers: boolean;
  /** Whether somebody on the floor speaks this language: it needs no interpreter. */
  isSpoken: boolean;
  /** Since anybody on the floor spoke. */
  quietForS: number;
}

export interface Words {
  /** Beside the title. */
  live: Phrase;
  /** Who a channel's voice is; null while nothing is on air. */
  interprets: Phrase | null;
  lag: Phrase | null;
  /** Whose the captions are, where they are not of the voice that one hears. */
  captions: Phrase | null;
  /** What the reader should know or do; null when all is well. */
  notice: Phrase | null;
}

const OVERDUE_S = 20;
/** A pause between sentences is no silence. */
const QUIET_S = 6;

/** Why no machine interprets, by what is wrong with its relay. */
const UNREACHED: Record<string, string> = { lost: "relay_lost_here", too_deep: "relay_too_deep" };

/** Why the machine interprets from what is spoken instead of from another channel. */
const NOT_RELAYED: Record<string, string> = { lost: "relay_lost", too_deep: "relay_too_deep_floor", no_pair: "relay_no_pair" };

/** What is left of a channel whose engines have failed. */
const LACKING: Record<string, string> = { voice: "voice_missing", translation: "translation_missing", recognition: "recognition_missing" };

/** What is wrong with the captions that are read while a human is heard: the machine's, or where there is none, theirs. */
const CAPTIONS_LACKING: Record<string, string> = {
  translation: "captions_untranslated",
  recognition: "captions_missing",
  captions: "captions_missing",
};

const TROUBLES: readonly string[] = [...Object.values(LACKING), ...Object.values(CAPTIONS_LACKING), "failed", "interrupted"];

const phrase = (key: string, tone: Tone, values: Record<string, string> = {}): Phrase => ({ key, values, tone });

const STATUS: Record<Exclude<Status, "connected">, Phrase> = {
  connecting: phrase("connecting", "calm"),
  reconnecting: phrase("reconnecting", "caution"),
  over: phrase("over", "calm"),
  refused: phrase("refused", "trouble"),
  left: phrase("left", "calm"),
};

const NOTICE: Partial<Record<Status, Phrase>> = {
  reconnecting: phrase("reconnecting_notice", "caution"),
  over: phrase("over_notice", "calm"),
};

function noticeOf(situation: Situation, channel: Channel | undefined): Phrase | null {
  const { status, sentence, name, state, chosenForS } = situation;
  if (status === "refused") return sentence ? phrase("said", "trouble", { sentence }) : phrase("refused_notice", "trouble");
  if (status !== "connected") return NOTICE[status] ?? null;
  const language = { language: name };
  if (!situation.isServed) return phrase("not_running", "trouble");
  if (channel?.source === "human") return captionsNotice(channel, situation.isFloorAway);
  if (situation.isFloorAway && situation.hasSpeakers) return phrase("interrupted", "trouble");
  if (situation.isStaffed && situation.hasSpeakers && channel?.source === "none" && channel.state !== "starting") {
    return phrase("nobody_interprets", "caution");
  }
  if (channel?.state === "no_capacity") return phrase("no_capacity", "trouble", language);
  if (channel?.state === "unrecognised") return phrase("no_captions", "caution");
  const relay = { ...language, relay: situation.relayName };
  if (channel?.state === "no_machine") return phrase(UNREACHED[channel.relayTrouble] ?? "no_machine", "caution", relay);
  if (channel?.isBusy) return phrase("machines_busy", "caution", language);
  if (channel?.state === "failed") return phrase(LACKING[channel.lacks ?? ""] ?? "failed", "trouble", language);
  if (state === null) return phrase(chosenForS > OVERDUE_S ? "no_interpreter" : "starting", "caution", language);
  const isMissing = channel === undefined || (channel.state === "idle" && channel.source === "none");
  const isNeeded = !situation.isSpoken && situation.quietForS < QUIET_S;
  if (channel?.state === "starting" || (isMissing && isNeeded)) {
    return phrase(chosenForS > OVERDUE_S ? "starting_long" : "starting", "caution", language);
  }
  if (!situation.hasSpeakers) return phrase("nobody_speaks", "calm");
  const notRelayed = channel?.source === "machine" ? NOT_RELAYED[channel.relayTrouble] : undefined;
  return notRelayed === undefined ? null : phrase(notRelayed, "caution", relay);
}

/** What is wrong with the captions of a channel whose human is heard. */
function captionsNotice(channel: Channel, isFloorAway: boolean): Phrase | null {
  if (isFloorAway) return phrase("captions_missing", "trouble");
  if (channel.state === "unrecognised") return phrase("no_captions", "caution");
  if (channel.state !== "failed" || channel.isCaptioned) return null;
  const key = CAPTIONS_LACKING[channel.lacks ?? ""];
  return key === undefined ? null : phrase(key, "trouble");
}

/** Whether it tells of engines that have failed. */
export function isTrouble(notice: Phrase | null): boolean {
  return notice !== null && TROUBLES.includes(notice.key);
}

/** Whether a channel goes on, after such trouble: that a notice has gone is read out to nobody. */
export const goesOn = (words: Words): boolean => words.notice === null && words.interprets !== null;

/** Whose interpretation the channel is made from, or should be; empty: the floor's. */
export function relayOf(state: RoomState | null, language: string): string {
  const channel = state?.channels.get(language);
  return channel?.over || channel?.from || "";
}

function interpretsOf(channel: Channel | undefined, relayName: string): Phrase | null {
  if (channel === undefined) return null;
  if (channel.source === "human") return channel.name ? phrase("human_named", "calm", { name: channel.name }) : phrase("human", "calm");
  if (["failed", "starting", "no_capacity"].includes(channel.state)) return null;
  if (channel.source === "machine" && channel.from) return phrase("machine_from", "calm", { relay: relayName });
  if (channel.source === "machine") return phrase("machine", "calm");
  return channel.source === "floor" ? phrase("floor", "calm") : null;
}

function lagOf(channel: Channel | undefined): Phrase | null {
  if (channel === undefined || (channel.state !== "live" && channel.state !== "behind")) return null;
  // A pair's lag is not a human's.
  if (channel.source !== "machine") return null;
  return phrase("lag", channel.state === "behind" ? "caution" : "calm", { seconds: String(Math.round(channel.lagS)) });
}

function captionsOf(situation: Situation, channel: Channel | undefined): Phrase | null {
  if (channel?.typedBy) return phrase("captions_typed", "calm", { name: channel.typedBy });
  if (channel?.source === "floor" && situation.wasTyped) return phrase("captions_recognised", "calm");
  const areMachines = channel?.source === "human" && situation.captionsOrigin === "machine";
  return areMachines ? phrase("captions_machine", "calm") : null;
}

/** How the page's state reads. */
export function wordsOf(situation: Situation): Words {
  const { status, state, language } = situation;
  const isConnected = status === "connected";
  const channel = isConnected && situation.isServed ? state?.channels.get(language) : undefined;
  const isSpeaking = situation.quietForS < QUIET_S;
  // Nothing is interpreted any more; a human is heard all the same.
  const isOld = situation.isFloorAway && channel?.source !== "human";
  return {
    live: isConnected ? phrase(isSpeaking ? "live" : "waiting", isSpeaking ? "live" : "calm") : STATUS[status],
    interprets: isOld ? null : interpretsOf(channel, situation.relayName),
    lag: isOld ? null : lagOf(channel),
    captions: captionsOf(situation, channel),
    notice: noticeOf(situation, channel),
  };
}

/** Why nobody reads what is said in a language now, as a key of the strings; empty: they do. */
export function unreadOf(channel: Channel | undefined): string {
  if (channel?.state === "unrecognised") return "no_captions";
  return channel?.state === "failed" && channel.lacks === "recognition" ? "unread" : "";
}

const TURNS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u;

/** Put values into a string's {places}; a name written from right to left turns nothing around it. */
export function fill(template: string, values: Record<string, string>): string {
  return template.replace(/\{(\w+)\}/g, (place, name: string) => isolated(values[name] ?? place));
}

const isolated = (value: string): string => (TURNS.test(value) ? `\u2068${value}\u2069` : value);
