// How segments flow into lines a reader can follow: one paragraph a sentence and speaker. Pure.

import type { CaptionFrame } from "./captions.ts";

export interface Paragraph {
  /** The first segment's id: where a paragraph begins never depends on what came before the last one. */
  key: string;
  speaker: string;
  /** Whether the line above is somebody else's. */
  isNewSpeaker: boolean;
  startS: number;
  pieces: CaptionFrame[];
}

const SENTENCE_END = /[.!?…。！？؟।]["'”’»)\]]*\s*$/u;
const PAUSE_S = 2;

function continues(paragraph: Paragraph | undefined, frame: CaptionFrame): boolean {
  const last = paragraph?.pieces.at(-1);
  if (!last || last.speaker !== frame.speaker || last.origin !== frame.origin) return false;
  return !SENTENCE_END.test(last.text) && frame.startS - last.endS < PAUSE_S;
}

/** Finals in order of time, then what is still open: each speaker's goes on where their last line ends. */
export function paragraphs(finals: CaptionFrame[], open: CaptionFrame[]): Paragraph[] {
  const flow: Paragraph[] = [];
  for (const frame of [...finals, ...open]) {
    const last = flow.at(-1);
    if (last && continues(last, frame)) {
      last.pieces.push(frame);
      continue;
    }
    const isNewSpeaker = last !== undefined && last.speaker !== frame.speaker;
    flow.push({ key: frame.segment, speaker: frame.speaker, isNewSpeaker, startS: frame.startS, pieces: [frame] });
  }
  return flow;
}

const NO_SPACES = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\uff00-\uffef]/u;

/** What stands between two segments of one line: nothing beside a script without spaces. Thai, which
 * has none between words, has them between sentences. */
export function gapBetween(before: string, after: string): string {
  const [end, start] = [[...before].at(-1) ?? "", [...after][0] ?? ""];
  return end === "" || NO_SPACES.test(end) || NO_SPACES.test(start) ? "" : " ";
}

/** What stands still of an open segment, and what may change. */
export function splitStable(frame: CaptionFrame): [string, string] {
  if (frame.isFinal) return [frame.text, ""];
  const letters = [...frame.text];
  return [letters.slice(0, frame.stableLength).join(""), letters.slice(frame.stableLength).join("")];
}

/** Without the characters that turn the direction of what follows; single marks stay. */
export const unsteered = (text: string): string => text.replace(/[\u202a-\u202e\u2066-\u2069]/gu, "");

/** Seconds as m:ss or h:mm:ss. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = `${hours > 0 ? String(minutes).padStart(2, "0") : minutes}:${String(rest).padStart(2, "0")}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}
