// What a listener should hear now: how loud the machine, each human interpreter and each microphone of the floor are.
// Pure; fed with times. Who is on air the floor agent decides; here is only followed.

import { isSameLanguage, type Channel, type RoomState } from "./state.ts";

/** The translation at full volume, the floor ducked to a fifth (0 = only the original, 100 = only the translation). */
export const DEFAULT_BALANCE = 90;
/** How long a voice counts as speaking after its last sound: breaths do not lift the floor. */
const HANG_OVER_S = 1.5;

/** Who could be heard, and what is said of them. */
export interface Present {
  state: RoomState | null;
  /** Language of each speaker, by identity. */
  floor: Map<string, string>;
  /** Identities of the channel's interpreters. */
  humans: string[];
  /** Whether humans are assigned to the channel. */
  isStaffed: boolean;
}

export interface Mix {
  /** Gain of the machine. */
  voice: number;
  /** Gain of each interpreter, by identity. */
  humans: Map<string, number>;
  /** Gain of each speaker's microphone, by identity. */
  floor: Map<string, number>;
}

/** Whose voice a channel has: the machine's, one human's, or neither. */
export interface Voice {
  isMachine: boolean;
  /** Identity; empty while no human is on air. */
  human: string;
}

/** The two volumes of one slider: in the middle both are full. */
export function volumes(balance: number): { original: number; translation: number } {
  const position = Math.min(100, Math.max(0, balance));
  return { original: Math.min(1, (100 - position) / 50), translation: Math.min(1, position / 50) };
}

/** Whose voice a channel has, by the floor agent's last word; without any the machine's, which is silent off air. */
export function voiceOf(channel: Channel | undefined, isStaffed: boolean): Voice {
  if (channel?.source === "human") return { isMachine: false, human: channel.who };
  return { isMachine: !isStaffed || channel === undefined || channel.source === "machine", human: "" };
}

/** Remembers who spoke a moment ago, so that nothing pumps in a breath. */
export class OnAir {
  #voiceUntilS = -Infinity;
  readonly #floorUntilS = new Map<string, number>();

  /** The voice that the channel has now has just been heard. */
  hearVoice(nowS: number): void {
    this.#voiceUntilS = nowS + HANG_OVER_S;
  }

  /** What to hear now on the channel of `language`. */
  mix(language: string, balance: number, present: Present, nowS: number): Mix {
    const { original, translation } = volumes(balance);
    const channel = present.state?.channels.get(language);
    const isFloorOnAir = this.#isFloorOnAir(language, channel, present, nowS);
    const isNobody = present.isStaffed && channel?.source === "none";
    const voice = voiceOf(channel, present.isStaffed);
    const isVoiceOn = !isFloorOnAir && this.#voiceUntilS > nowS && translation > 0;
    const under = isVoiceOn ? original : Math.min(1, original * 5);
    const floorGain = (spoken: string): number => {
      if (isNobody || isSameLanguage(spoken, language)) return 1;
      return isFloorOnAir ? Math.min(original, 0.2) : under;
    };
    const humanGain = (identity: string): number => (identity === voice.human ? translation : 0);
    return {
      voice: voice.isMachine && !isFloorOnAir ? translation : 0,
      humans: new Map(present.humans.map((identity) => [identity, humanGain(identity)])),
      floor: new Map([...present.floor].map(([identity, spoken]) => [identity, floorGain(spoken)])),
    };
  }

  /** Where humans are assigned, only the floor agent's word counts: they and the floor never speak at once. */
  #isFloorOnAir(language: string, channel: Channel | undefined, { state, floor, isStaffed }: Present, nowS: number): boolean {
    for (const speaker of state?.speakers ?? []) {
      if (speaker.speaking) this.#floorUntilS.set(speaker.identity, nowS + HANG_OVER_S);
    }
    if (channel?.source === "floor") return true;
    if (channel !== undefined && (isStaffed || channel.source === "human")) return false;
    const speaksNow = (identity: string): boolean => (this.#floorUntilS.get(identity) ?? -Infinity) > nowS;
    return [...floor].some(([identity, spoken]) => isSameLanguage(spoken, language) && speaksNow(identity));
  }
}
