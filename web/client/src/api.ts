// The server's JSON calls, with answers as types and refusals as errors that hold a sentence for people.

import type { HistorySegment } from "./captions.ts";
import type { Sound } from "./microphone_sound.ts";
import type { Call, CallState } from "./technician.ts";
import type { Term } from "./terms.ts";

/** What a page needs to enter a room. */
export interface Entry {
  url: string;
  token: string;
  identity: string;
  room: string;
}

/** What it needs to enter the meeting's. */
export interface Grant extends Entry {
  clock_zero: number;
  spoken: string[];
  offered: string[];
}

export type JoinRequest =
  | { role: "listener" }
  | { role: "speaker"; key: string; name: string; language: string; sound: Sound }
  | { role: "interpreter"; key: string }
  | { role: "captioner"; key: string; name: string; language: string };

/** Who should be on air in a channel, after a change. */
export interface ChannelWish {
  language: string;
  human: string;
  number: number;
}

/** The server said no; asking again gives the same. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    sentence: string,
  ) {
    super(sentence);
  }
}

/** The server could not be reached, or failed; worth another try. */
export class Unreachable extends Error {}

const TIMEOUT_MS = 10_000;

async function call(path: string, init: RequestInit, isLast = false): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, isLast ? init : { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw new Unreachable(String(error));
  }
  if (response.ok) return response;
  if (response.status >= 500 || response.status === 429) throw new Unreachable(`status ${response.status}`);
  const answer = (await response.json().catch(() => ({}))) as { code?: unknown; sentence?: unknown };
  throw new Refused(
    typeof answer.code === "string" ? answer.code : "",
    typeof answer.sentence === "string" ? answer.sentence : "",
  );
}

/** The answer's body; one that is cut off, or is another's (a hotel's own page), is as good as none. */
async function bodyOf<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch (error) {
    throw new Unreachable(String(error));
  }
}

function post(body: unknown, token?: string): RequestInit {
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (token !== undefined) headers.Authorization = `Bearer ${token}`;
  return { method: "POST", headers, body: JSON.stringify(body) };
}

/** Ask to enter the meeting; a page that was in it says who it was by its token, and stays that. */
export async function join(meetingId: string, request: JoinRequest, token?: string): Promise<Grant> {
  const response = await call(`/api/meetings/${encodeURIComponent(meetingId)}/join`, post(request, token));
  return bodyOf<Grant>(response);
}

/** Say what this page listens to; to be renewed every 15 s. Null: the listener leaves. */
export async function choose(grant: Grant, language: string | null, hasSound: boolean): Promise<void> {
  const isLeaving = language === null;
  const init = { ...post({ language, sound: hasSound }, grant.token), keepalive: isLeaving };
  await call(`/api/rooms/${encodeURIComponent(grant.room)}/choice`, init, isLeaving);
}

/** Say what this speaker speaks from now on, and what is done to their sound. */
export async function speak(grant: Grant, language: string, sound: Sound): Promise<void> {
  await call(`/api/rooms/${encodeURIComponent(grant.room)}/speaks`, post({ language, sound }, grant.token));
}

/** Say in which language this captioner types from now on. */
export async function typeIn(grant: Grant, language: string): Promise<void> {
  await call(`/api/rooms/${encodeURIComponent(grant.room)}/speaks`, post({ language }, grant.token));
}

/** Ask to be on air in a channel; `seen` is the number of the wish that one saw. `isForced`: take it from a colleague. */
export async function takeChannel(grant: Grant, language: string, seen: number, isForced: boolean): Promise<ChannelWish> {
  return changeWish(grant, language, "take", { number: seen, force: isForced });
}

/** Let the machine go on in a channel. */
export async function handBack(grant: Grant, language: string, seen: number): Promise<ChannelWish> {
  return changeWish(grant, language, "hand-back", { number: seen });
}

async function changeWish(grant: Grant, language: string, action: string, body: unknown): Promise<ChannelWish> {
  return bodyOf<ChannelWish>(await askBooth(grant, language, action, body));
}

async function askBooth(grant: Grant, language: string, action: string, body: unknown): Promise<Response> {
  return call(`${booth(grant, language)}/${action}`, post(body, grant.token));
}

/** Offer a channel to a colleague, or ask the one who is on air for it; `minutes` 0: as soon as it is accepted. */
export async function offerChannel(grant: Grant, language: string, seen: number, partner: string, minutes: number): Promise<void> {
  await askBooth(grant, language, "handover", { number: seen, partner, minutes });
}

export type Answer = "accept" | "decline" | "cancel";

/** Say yes or no to a handover, or take one's own back. */
export async function answerHandover(grant: Grant, language: string, number: number, answer: Answer): Promise<void> {
  await askBooth(grant, language, `handover/${number}`, { answer });
}

/** How long the interpreters of a channel work before they change. */
export async function setShift(grant: Grant, language: string, minutes: number): Promise<void> {
  await askBooth(grant, language, "shift", { minutes });
}

const booth = (grant: Grant, language: string): string =>
  `/api/rooms/${encodeURIComponent(grant.room)}/booth/${encodeURIComponent(language)}`;

/** Ask to enter the own room of a channel's booth. */
export async function enterBooth(grant: Grant, language: string): Promise<Entry> {
  const response = await call(`${booth(grant, language)}/talk`, post({}, grant.token));
  return bodyOf<Entry>(response);
}

/** What an interpreter wrote to the others of a channel's booth; `number` orders a booth's messages, from 1. */
export interface Message {
  number: number;
  /** Made by the console that sent it. */
  id: string;
  identity: string;
  name: string;
  text: string;
  at: string;
}

/** Write to the booth; sent again under the same id, it is there once. */
export async function writeMessage(grant: Grant, language: string, id: string, text: string): Promise<Message> {
  const response = await call(`${booth(grant, language)}/messages`, post({ id, text }, grant.token));
  return bodyOf<Message>(response);
}

/** What was written in the booth after the message of this number. */
export async function readMessages(grant: Grant, language: string, after: number): Promise<Message[]> {
  const headers = { Authorization: `Bearer ${grant.token}` };
  const response = await call(`${booth(grant, language)}/messages?after=${after}`, { headers });
  return (await bodyOf<{ messages: Message[] }>(response)).messages;
}

/** Call the technician, by the key of the interpreter's own link: also without a place in the room. */
export async function callTechnician(meetingId: string, key: string, wanted: Call): Promise<CallState> {
  return bodyOf<CallState>(await call(technicianPath(meetingId, key), post(wanted)));
}

/** What became of one's calls, the newest first. */
export async function technicianCalls(meetingId: string, key: string): Promise<CallState[]> {
  const response = await call(technicianPath(meetingId, key), {});
  return (await bodyOf<{ calls: CallState[] }>(response)).calls;
}

const technicianPath = (meetingId: string, key: string): string =>
  `/api/meetings/${encodeURIComponent(meetingId)}/technician/calls?${new URLSearchParams({ key })}`;

/** The rows of the meeting's glossaries for one direction. */
export async function glossaryOf(grant: Grant, source: string, target: string): Promise<Term[]> {
  const query = new URLSearchParams({ source, target });
  const headers = { Authorization: `Bearer ${grant.token}` };
  const response = await call(`/api/rooms/${encodeURIComponent(grant.room)}/terms?${query}`, { headers });
  return (await bodyOf<{ terms: Term[] }>(response)).terms;
}

/** Final segments of a language that end after `afterS`, or all: times may be negative where clocks differ. */
export async function history(grant: Grant, language: string, afterS: number | null): Promise<HistorySegment[]> {
  const query = new URLSearchParams(afterS === null ? { language } : { language, after_s: String(afterS) });
  const headers = { Authorization: `Bearer ${grant.token}` };
  const response = await call(`/api/rooms/${encodeURIComponent(grant.room)}/captions?${query}`, { headers });
  return (await bodyOf<{ segments: HistorySegment[] }>(response)).segments;
}
