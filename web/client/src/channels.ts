// Which tracks a page must receive for its language: its voices, its captions, the floor. Pure.

import { isCaptionSource } from "./captions.ts";

/** A participant as far as the choice of tracks depends on it. */
export interface Publisher {
  identity: string;
  /** LiveKit's kind AGENT, which no browser's token can claim. */
  isAgent: boolean;
  attributes: Record<string, string>;
  audio: { sid: string; name: string; isMicrophone: boolean }[];
  data: string[];
}

/** Somebody in the room, with the name that others read. */
export interface Person extends Publisher {
  name: string;
}

export interface DataTrack {
  identity: string;
  name: string;
}

export interface Wanted {
  /** Audio tracks of the machine's voices: sid → identity. */
  voices: Map<string, string>;
  /** Audio tracks of the channel's interpreters: sid → identity. */
  humans: Map<string, string>;
  /** Audio tracks of the speakers' microphones: sid → identity. */
  floor: Map<string, string>;
  captions: DataTrack[];
  /** The room's state, from the newest floor agent. */
  state: DataTrack[];
}

export interface Choice {
  language: string;
  /** Whether the page plays sound; reading costs no audio. */
  hasSound: boolean;
}

const STATE_TRACK = "state";

/** The agent's epoch; 0 when it has none. */
export function epochOf(publisher: Publisher): number {
  const epoch = Number.parseInt(publisher.attributes.epoch ?? "", 10);
  return Number.isNaN(epoch) ? 0 : epoch;
}

export function isAgentAs(publisher: Publisher, role: string): boolean {
  return publisher.isAgent && publisher.attributes.role === role;
}

/** Whether this participant interprets into a channel, by what the server wrote of it. */
function isInterpreter(publisher: Publisher, channel: string): boolean {
  if (publisher.isAgent || publisher.attributes.role !== "interpreter") return false;
  return (publisher.attributes.channels ?? "").split(",").includes(channel);
}

/** Of the agents that do the same work, the one with the newest epoch. */
function newest(publishers: Publisher[], work: (publisher: Publisher) => string): Publisher[] {
  const best = new Map<string, Publisher>();
  for (const publisher of publishers) {
    const known = best.get(work(publisher));
    if (!known || epochOf(publisher) > epochOf(known)) best.set(work(publisher), publisher);
  }
  return [...best.values()];
}

function audioOf(publishers: Publisher[], isWanted: (track: Publisher["audio"][number]) => boolean): Map<string, string> {
  const tracks = publishers.flatMap((publisher) =>
    publisher.audio.filter(isWanted).map((track): [string, string] => [track.sid, publisher.identity]),
  );
  return new Map(tracks);
}

/**
 * The tracks to receive; a replaced agent stays until its successor offers the same track.
 * `read` is the language of the captions, where nobody can interpret into the chosen one. While humans are assigned
 * to the channel (`isStaffed`) all its voices are held, so that a switch waits for no track.
 */
export function wantedTracks(publishers: Publisher[], choice: Choice, read = choice.language, isStaffed = false): Wanted {
  const voiceName = `voice:${choice.language}`;
  const captionsName = `captions:${read}`;
  const pairs = publishers.filter(
    (publisher) =>
      isAgentAs(publisher, "pair") &&
      publisher.attributes.target === choice.language &&
      publisher.audio.some((track) => track.name === voiceName),
  );
  const voices = newest(pairs, (publisher) => publisher.attributes.source ?? "");
  const speakers = publishers.filter((publisher) => !publisher.isAgent && publisher.attributes.role === "speaker");
  const interpreters = publishers.filter((publisher) => isInterpreter(publisher, choice.language));
  const captioners = publishers.filter(
    (publisher) =>
      publisher.data.includes(captionsName) &&
      isCaptionSource(publisher.isAgent, publisher.attributes, captionsName),
  );
  const floors = publishers.filter(
    (publisher) => isAgentAs(publisher, "floor") && publisher.data.includes(STATE_TRACK),
  );
  return {
    voices: choice.hasSound ? audioOf(voices, (track) => track.name === voiceName) : new Map(),
    humans: choice.hasSound && isStaffed ? audioOf(interpreters, (track) => track.isMicrophone) : new Map(),
    floor: choice.hasSound ? audioOf(speakers, (track) => track.isMicrophone) : new Map(),
    captions: captioners.map(({ identity }) => ({ identity, name: captionsName })),
    state: newest(floors, () => STATE_TRACK).map(({ identity }) => ({ identity, name: STATE_TRACK })),
  };
}

/** The language to begin with: the last choice, else the browser's languages in order, else the first offered. */
export function firstChoice(offered: string[], remembered: string | null, browser: readonly string[]): string {
  const primary = (tag: string): string => tag.toLowerCase().split("-", 1)[0] ?? "";
  const asked = remembered === null ? browser : [remembered, ...browser];
  for (const tag of asked) {
    const exact = offered.find((known) => known.toLowerCase() === tag.toLowerCase());
    const near = exact ?? offered.find((known) => primary(known) === primary(tag));
    if (near !== undefined) return near;
  }
  return offered[0] ?? "";
}
