// What the console says of itself, as keys of the page's strings. Pure.

import type { Partner } from "./console_config.ts";
import type { ConsoleStatus } from "./console_room.ts";
import type { Lamp } from "./lamp.ts";
import type { Shift } from "./shift.ts";
import type { Channel, Wish } from "./state.ts";
import type { Phrase, Tone } from "./words.ts";

export const phrase = (key: string, tone: Tone = "calm", values: Record<string, string> = {}): Phrase => ({ key, tone, values });

export interface LampWords {
  word: Phrase;
  /** What it means, or what to do. */
  more: Phrase;
}

export interface Around {
  isArmed: boolean;
  /** Whether no machine stands by. */
  isOnly: boolean;
  hasMicrophone: boolean;
  colleague: string;
  /** Another interpreter whom listeners still hear; empty: none. */
  before: string;
  /** Of the channel, by its own name. */
  language: string;
}

/** `say` gives the words of a key, for what stands inside a sentence. */
export function lampWords(lamp: Lamp, around: Around, say: (key: string) => string): LampWords {
  const { isArmed, isOnly, hasMicrophone, colleague, before, language } = around;
  const of = (key: string, values = {}): LampWords => ({ word: phrase(key, "calm", values), more: phrase(`${key}_more`, "calm", values) });
  switch (lamp.kind) {
    case "colleague":
      return of(isArmed ? "lamp_armed" : "lamp_colleague", { name: colleague });
    case "bridged":
      return {
        word: phrase(lamp.isMachine ? "lamp_bridged" : "lamp_unheard", "caution", { trouble: say(`trouble_${lamp.trouble}`) }),
        more: phrase(`remedy_${lamp.trouble}`),
      };
    case "off":
      return { word: phrase("lamp_off"), more: phrase(hasMicrophone ? "lamp_off_more" : "lamp_deaf_more") };
    case "on":
      return { word: phrase("lamp_on", "live"), more: phrase(isOnly ? "lamp_on_only_more" : "lamp_on_more") };
    case "waiting":
      return before === "" ? of("lamp_waiting") : of("lamp_relieving", { name: before });
    case "floor":
      return of("lamp_floor", { language });
    default:
      return of(`lamp_${lamp.kind}`);
  }
}

export const SILENT_WARNING_S = 6;

/** What listeners of a channel are without when its machine has failed. */
const MACHINE_LACKS: Record<string, string> = {
  voice: "machine_voiceless",
  translation: "machine_untranslated",
  recognition: "machine_deaf",
  captions: "uncaptioned",
};

/** Why the machine is no help in a channel now: whoever sits beside it may take it, or should not hand it back. */
export function machineTrouble(onAir: Channel | null, language: string, isFloorAway: boolean): Phrase | null {
  if (isFloorAway) return phrase("floor_away", "trouble");
  if (onAir?.state !== "failed" || onAir.source === "floor") return null;
  return phrase(MACHINE_LACKS[onAir.lacks ?? ""] ?? "machine_failed", "trouble", { language });
}

/** Above the desk: what the interpreter must know first. `machine`: what is wrong with it. */
export function noticeOf(
  status: ConsoleStatus,
  lamp: Lamp,
  silentS: number,
  isHolding: boolean,
  trouble: Phrase | null,
  machine: Phrase | null = null,
): Phrase | null {
  if (status === "reconnecting") return phrase("reconnecting_notice", "caution");
  if (trouble !== null) return trouble;
  if (lamp.kind === "on" && silentS >= SILENT_WARNING_S) return phrase("silent", "trouble", { seconds: String(silentS) });
  return machine ?? (isHolding ? phrase("holding") : null);
}

/** What is spoken of a shift when its last minute begins, and when it is over. */
export function shiftWarning(before: Shift | null, now: Shift): Phrase | null {
  if (before === null) return null;
  if (now.isOver) return before.isOver ? null : phrase("shift_over_said");
  return now.isEnding && !before.isEnding ? phrase("shift_ending_said") : null;
}

export interface PartnerWords {
  words: Phrase;
  state: "away" | "ready" | "asked" | "on" | "nobody";
}

/** The other interpreters of a channel, known ones and those who have come since. */
export function partnersOf(known: Partner[], here: Partner[], channel: string, wish: Wish | null, onAir: Channel | null): PartnerWords[] {
  const everybody = new Map([...known, ...here].map((partner) => [partner.identity, partner]));
  const present = new Set(here.map(({ identity }) => identity));
  const partners = [...everybody.values()].filter(({ channels }) => channels.includes(channel));
  if (partners.length === 0) return [{ words: phrase("partner_nobody"), state: "nobody" }];
  return partners.map(({ identity, name }) => {
    const isOn = onAir?.source === "human" && onAir.who === identity;
    const state = isOn ? "on" : !present.has(identity) ? "away" : wish?.human === identity ? "asked" : "ready";
    return { words: phrase(`partner_${state}`, "calm", { name }), state };
  });
}
