// The captioner's page: what is said on the floor is typed, and every language reads it.

import { typeIn, Unreachable } from "./api.ts";
import { CaptionerScreen } from "./captioner_screen.ts";
import type { Status } from "./connection.ts";
import { readConfig } from "./config.ts";
import { Drawing } from "./drawing.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { recallVisit, rememberVisit } from "./memory.ts";
import { newId } from "./new_id.ts";
import { DEFAULT_BALANCE } from "./on_air.ts";
import { Reception } from "./reception.ts";
import { decodeAnswer, encode, newLine, readKept, TypedLine } from "./typed_line.ts";
import { unreadOf, type Phrase, type Tone } from "./words.ts";

const TOPIC = "typed";
const KEPT = "typed";
const STATE_MS = 1000;
/** What is not answered is said again every so many beats of 300 ms, and that the captioner is here. */
const BEATS = 3;

const config = readConfig();
const line = new TypedLine(readKept(recallVisit(`${KEPT}.${config.meeting_id}`)) ?? newLine(newId()));
let reception: Reception | null = null;
let status: Status = "left";
let sentence = "";
let isOn = false;
let isTelling = false;
let isNews = false;
/** A correction that is being typed, and what stood in the field before. */
let fixing: { before: string } | null = null;
let beats = 0;

const phrase = (key: string, tone: Tone = "calm", values = {}): Phrase => ({ key, tone, values });

const screen = new CaptionerScreen(config, {
  onStart: () => void start(),
  onLeave: () => void reception?.connection.leave(),
  onType: (text) => type(text),
  onPaste: (text) => paste(text),
  onSend: () => send(),
  onFix: () => fix(),
  onEscape: () => endFix(),
  onOn: () => {
    isOn = !isOn;
    changed();
  },
  onSound: () => void toggleSound(),
  onLanguage: () => void changeLanguage(),
});

const captions = new Drawing(() => {
  const received = reception?.captions;
  if (received) screen.drawCaptions(received.finals, received.open);
});
const states = new Drawing(draw);

async function start(): Promise<void> {
  const request = () => ({ role: "captioner", key: config.captioner_key ?? "", name: screen.name, language: screen.language }) as const;
  reception = new Reception(config.meeting_id, request, screen.language, DEFAULT_BALANCE, {
    onStatus: (now, said) => {
      status = now;
      sentence = said;
      states.request();
    },
    onJoined: () => changed(),
    onReading: () => screen.drawLanguage(),
    onCaptions: () => captions.request(),
    onState: () => states.request(),
    onBlocked: () => states.request(),
    onFloorSays: (topic, payload) => answered(topic, payload),
  });
  screen.drawLanguage();
  screen.drawStage("typing");
  screen.drawText(line.open);
  const stop = startHeartbeat(() => {
    beats += 1;
    if (beats % BEATS === 0) void tell();
  });
  await reception.run();
  stop();
  reception = null;
  screen.drawStage("before");
}

function type(text: string): void {
  if (fixing !== null) return;
  if (!line.hasRoomFor(text)) return refuse(text);
  const rest = line.type(text);
  if (rest !== text) screen.drawText(rest);
  changed();
}

/** Whether so much may be pasted; what is refused leaves the field as it is. */
function paste(text: string): boolean {
  const hasRoom = line.hasRoomFor(screen.text + text);
  if (!hasRoom) refuse(text);
  return hasRoom;
}

function refuse(text: string): void {
  screen.say(phrase("too_long", "trouble", { letters: String(text.length), waiting: String(line.waitingLetters) }));
}

function send(): void {
  if (fixing !== null) {
    const isInTime = line.fix(screen.text);
    endFix();
    screen.say(isInTime ? phrase("corrected") : phrase("too_late", "caution"));
  } else {
    line.type(screen.text);
    line.send();
    screen.drawText("");
    screen.say(null);
  }
  changed();
}

/** Put the last sentence into the field; what stood there comes back afterwards. */
function fix(): void {
  const last = line.fixable;
  if (fixing !== null) return;
  if (last === null) return screen.say(phrase("nothing_to_correct"));
  fixing = { before: screen.text };
  screen.drawText(last);
  screen.say(phrase("correcting"));
  states.request();
}

function endFix(): void {
  if (fixing === null) return;
  screen.drawText(fixing.before);
  fixing = null;
  screen.say(null);
  states.request();
}

function changed(): void {
  rememberVisit(`${KEPT}.${config.meeting_id}`, JSON.stringify(line.kept));
  states.request();
  void tell();
}

/** Say to the floor agent what is newest; one thing at a time. */
async function tell(): Promise<void> {
  if (reception === null) return;
  if (isTelling) {
    isNews = true;
    return;
  }
  isTelling = true;
  try {
    do {
      isNews = false;
      await reception.connection.tellFloor(encode(line.kept.stream, screen.language, isOn, line.message()), TOPIC);
    } while (isNews);
  } finally {
    isTelling = false;
  }
}

function answered(topic: string, payload: Uint8Array): void {
  const answer = topic === TOPIC ? decodeAnswer(payload) : null;
  if (answer === null) return;
  if (line.answered(answer)) changed();
  if (line.takeTooLate()) screen.say(phrase("too_late", "caution"));
  states.request();
}

async function toggleSound(): Promise<void> {
  if (reception === null) return;
  await (reception.choice.hasSound ? reception.stopSound() : reception.startSound());
  states.request();
}

async function changeLanguage(): Promise<void> {
  screen.drawLanguage();
  reception?.chooseLanguage(screen.language);
  const grant = reception?.connection.grant;
  if (!grant) return;
  try {
    await typeIn(grant, screen.language);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    screen.say(phrase("language_not_told", "trouble"));
  }
}

function draw(): void {
  screen.drawWaiting(line.waitingWords);
  screen.drawFixing(fixing !== null, line.fixable !== null);
  screen.drawOn(isOn);
  screen.drawSound(reception?.choice.hasSound ?? false);
  screen.drawLanguageLock(reception !== null && !(line.isIdle && fixing === null));
  const hasBegun = reception !== null || status !== "left";
  screen.drawLive(hasBegun ? phrase(status, status === "connected" ? "live" : "calm") : null);
  screen.drawState(stateOf());
}

/** Whose the captions are now. */
function stateOf(): Phrase | null {
  if (status === "refused") return sentence ? phrase("said", "trouble", { sentence }) : phrase("refused_notice", "trouble");
  if (status === "over") return phrase("over_notice");
  if (status === "reconnecting") return phrase("reconnecting_notice", "caution");
  if (status !== "connected") return null;
  const channel = reception?.state?.channels.get(screen.language);
  if (reception?.state === null || reception?.isFloorAway) return phrase("no_floor", "caution");
  if (channel?.typedBy) return phrase("yours", "live");
  return unreadOf(channel) === "" ? phrase("machines") : phrase("nobodys", "trouble");
}

screen.drawStage("before");
screen.drawLanguage();
states.request();
setInterval(() => states.request(), STATE_MS);
