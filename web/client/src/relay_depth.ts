// How many interpreters stand between the floor and a channel: one, or two where it is itself made from a relay. Pure.

import { isAgentAs, type Person } from "./channels.ts";
import { isSameLanguage, type Channel } from "./state.ts";

export type Hand = 1 | 2;

/** The hand of every channel in which somebody interprets now. */
export function handsOf(onAir: ReadonlyMap<string, Channel>, people: readonly Person[], floor: string): Map<string, Hand> {
  const interpreted = [...onAir].filter(([, { source }]) => source === "machine" || source === "human");
  return new Map(interpreted.map(([tag, channel]) => [tag, channel.source === "human" ? handOfHuman(channel.who, people, floor) : handOfMachine(tag, people, floor)]));
}

/** Who does not understand what is spoken works from a relay. */
function handOfHuman(who: string, people: readonly Person[], floor: string): Hand {
  const covers = people.find(({ identity }) => identity === who)?.attributes.covers ?? "";
  return covers === "" || covers.split(",").some((tag) => isSameLanguage(tag, floor)) ? 1 : 2;
}

/** A machine that does not read what is spoken reads the words of an interpreter. */
function handOfMachine(tag: string, people: readonly Person[], floor: string): Hand {
  const sources = people.filter((one) => isAgentAs(one, "pair") && one.attributes.target === tag).map(({ attributes }) => attributes.source ?? "");
  return sources.length === 0 || sources.some((source) => isSameLanguage(source, floor)) ? 1 : 2;
}
