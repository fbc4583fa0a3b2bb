// The listener's page: reading begins by itself, sound with one tap.

import { firstChoice } from "./channels.ts";
import type { Status } from "./connection.ts";
import { readConfig } from "./config.ts";
import { Drawing } from "./drawing.ts";
import { ListenScreen } from "./listen_screen.ts";
import { recall, remember } from "./memory.ts";
import { DEFAULT_BALANCE } from "./on_air.ts";
import { Reception } from "./reception.ts";
import { relayOf, wordsOf } from "./words.ts";

const STATE_MS = 1000;

const config = readConfig();
const tags = config.languages.map(({ tag }) => tag);
const first = firstChoice(tags, recall("language"), navigator.languages);
const situation = { status: "connecting" as Status, sentence: "", isBlocked: false };

const screen = new ListenScreen(config, {
  onSound: () => void toggleSound(),
  onRead: () => void reception.stopSound().then(() => states.request()),
  onLanguage: (tag) => {
    remember("language", tag);
    screen.drawLanguage(tag);
    reception.chooseLanguage(tag);
    states.request();
  },
  onBalance: (balance) => reception.setBalance(balance),
});

const balance = Number(recall("balance") ?? DEFAULT_BALANCE);
const reception = new Reception(config.meeting_id, () => ({ role: "listener" }), first, balance, {
  onStatus: (status, sentence) => {
    Object.assign(situation, { status, sentence });
    states.request();
  },
  onJoined: () => states.request(),
  onReading: (tag) => screen.drawReading(tag),
  onCaptions: () => captions.request(),
  onState: () => states.request(),
  onBlocked: (isBlocked) => {
    situation.isBlocked = isBlocked;
    states.request();
  },
});

const captions = new Drawing(() => screen.drawCaptions(reception.captions.finals, reception.captions.open));
const states = new Drawing(() => {
  const { language, hasSound } = reception.choice;
  const { state, isServed, isFloorAway, isStaffed, captionsOrigin, wasTyped, chosenForS, hasSpeakers, isSpoken, quietForS } = reception;
  const known = { state, isServed, isFloorAway, isStaffed, captionsOrigin, wasTyped, chosenForS, hasSpeakers, isSpoken, quietForS };
  const words = wordsOf({ ...situation, language, name: screen.nameOf(language), relayName: screen.nameOf(relayOf(state, language)), ...known });
  screen.drawWords(words, state);
  screen.drawSound(language, hasSound, situation.isBlocked);
});

async function toggleSound(): Promise<void> {
  if (reception.choice.hasSound && !situation.isBlocked) await reception.stopSound();
  else await reception.startSound();
  states.request();
}

/** Phones dim while one reads. */
async function stayAwake(): Promise<void> {
  if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
  await navigator.wakeLock.request("screen").catch(() => undefined);
}

screen.drawLanguage(first);
states.request();
setInterval(() => states.request(), STATE_MS);
document.addEventListener("visibilitychange", () => void stayAwake());
await stayAwake();
await reception.run();
