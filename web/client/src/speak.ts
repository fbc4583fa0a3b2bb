// The speaker's page: one button opens the microphone; what others read of it stands large.

import { speak, Unreachable } from "./api.ts";
import type { Status } from "./connection.ts";
import { readConfig } from "./config.ts";
import { Microphone, microphones, NoMicrophone, onDevicesChanged } from "./devices.ts";
import { Drawing } from "./drawing.ts";
import { Level } from "./level.ts";
import { treatmentFor } from "./microphone_sound.ts";
import { Reception } from "./reception.ts";
import { SpeakScreen } from "./speak_screen.ts";
import { unreadOf, type Phrase, type Tone } from "./words.ts";

const LEVEL_MS = 100;

interface Session {
  reception: Reception;
  microphone: Microphone;
  isMuted: boolean;
}

const config = readConfig();
const level = new Level();
let session: Session | null = null;
/** Of the last start or stop: whoever stops while the browser asks for the microphone is not to be heard after. */
let pressed = 0;
let status: Status = "left";
let shownLevel = 0;
let lost: Phrase | null = null;
/** Why nobody reads what is said, as a key of the page's strings; empty: they do. */
let unread = "";

const phrase = (key: string, tone: Tone = "calm", values = {}): Phrase => ({ key, tone, values });

const screen = new SpeakScreen(config, {
  onStart: () => void start(),
  onStop: () => void stop(),
  onMute: () => void mute(),
  onLanguage: () => void changeLanguage(),
  onMicrophone: (id) => void changeMicrophone(id),
  onHeadset: () => void changeMicrophone(screen.microphone),
});

const captions = new Drawing(() => {
  const received = session?.reception.captions;
  if (received) screen.drawCaptions(received.finals, received.open);
});

async function start(): Promise<void> {
  screen.drawStage("starting");
  screen.drawNotice(null);
  const mine = ++pressed;
  const microphone = await openMicrophone(screen.microphone);
  if (mine !== pressed) return microphone?.close();
  if (microphone === null) return screen.drawStage("before");
  const request = () =>
    ({ role: "speaker", key: config.speaker_key ?? "", name: screen.name, language: screen.language, sound: session?.microphone.sound ?? microphone.sound }) as const;
  const reception = new Reception(config.meeting_id, request, screen.language, 0, {
    onStatus: drawStatus,
    onJoined: (isFresh) => void (isFresh && publish()),
    onReading: () => undefined,
    onCaptions: () => captions.request(),
    onState: () => drawHeard(),
    onBlocked: () => undefined,
  });
  session = { reception, microphone, isMuted: false };
  unread = "";
  screen.drawMuted(false);
  screen.drawLanguage();
  await listMicrophones();
  await reception.run();
  await session?.microphone.close();
  session = null;
  screen.drawStage("before");
}

async function stop(): Promise<void> {
  pressed += 1;
  if (session === null) return screen.drawStage("before");
  await session.reception.connection.leave();
}

async function publish(): Promise<void> {
  if (session === null) return;
  const { reception, microphone, isMuted } = session;
  screen.drawStage("speaking");
  try {
    await reception.connection.publishMicrophone(microphone.track);
    // The room closes a microphone that was unplugged: another one in its place must be opened.
    await reception.connection.mute(isMuted);
  } catch {
    // Whatever the room answered, the speaker must know that nobody hears them.
    drawNotice(phrase("publish_failed", "trouble"));
  }
}

async function mute(): Promise<void> {
  if (session === null) return;
  session.isMuted = !session.isMuted;
  screen.drawMuted(session.isMuted);
  await session.reception.connection.mute(session.isMuted);
}

async function changeLanguage(): Promise<void> {
  screen.drawLanguage();
  session?.reception.chooseLanguage(screen.language);
  await tell();
}

/** Let everybody know what is spoken here, and interpreters how it sounds. */
async function tell(): Promise<void> {
  const grant = session?.reception.connection.grant;
  if (!session || !grant) return;
  try {
    await speak(grant, screen.language, session.microphone.sound);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    screen.drawNotice(phrase("language_not_told", "trouble"));
  }
}

async function changeMicrophone(id: string): Promise<void> {
  const asked = session;
  if (asked === null) return;
  const microphone = await openMicrophone(id);
  if (microphone === null) return;
  // Who has stopped meanwhile is not to be heard by anything.
  if (session !== asked) return microphone.close();
  const before = asked.microphone;
  asked.microphone = microphone;
  drawNotice(null);
  await publish();
  await before.close();
  await tell();
}

async function openMicrophone(id: string): Promise<Microphone | null> {
  try {
    const onUnplugged = (): void => {
      drawNotice(phrase("mic_unplugged", "trouble"));
      void listMicrophones();
    };
    return await Microphone.open(id, onUnplugged, treatmentFor(screen.hasHeadset));
  } catch (error) {
    if (!(error instanceof NoMicrophone)) throw error;
    screen.drawNotice(phrase(error.trouble, "trouble"));
    return null;
  }
}

async function listMicrophones(): Promise<void> {
  screen.drawMicrophones(await microphones(), session?.microphone.deviceId ?? screen.microphone);
}

/** A lost microphone stays said until there is one again. */
function drawNotice(notice: Phrase | null): void {
  lost = notice;
  drawTrouble();
}

/** Who is not heard at all need not know that nobody reads them. */
function drawTrouble(): void {
  const tone = unread === "no_captions" ? "caution" : "trouble";
  screen.drawNotice(lost ?? (unread === "" ? null : phrase(unread, tone)));
}

function drawStatus(now: Status, sentence: string): void {
  status = now;
  const live = status === "connected" ? phrase("on_floor", "live") : phrase(status);
  screen.drawLive(live);
  if (status === "refused") screen.drawNotice(sentence ? phrase("said", "trouble", { sentence }) : phrase("refused_notice", "trouble"));
  else if (status === "over") screen.drawNotice(phrase("over_notice"));
  else if (status === "reconnecting") screen.drawNotice(phrase("reconnecting_notice", "caution"));
  else drawTrouble();
}

/** Says whether the interpreters hear this speaker now. */
function drawHeard(): void {
  if (status !== "connected" || session === null) return;
  const { reception } = session;
  const { state } = reception;
  const identity = reception.connection.grant?.identity;
  const isAway = !reception.isServed || reception.isFloorAway;
  const isHeard = !isAway && (state?.speakers.some((speaker) => speaker.identity === identity && speaker.speaking) ?? false);
  const now = isAway ? "unserved" : unreadOf(state?.channels.get(screen.language));
  screen.drawLive(isHeard ? phrase(now === "" ? "heard" : "heard_only", "live") : phrase("on_floor"));
  if (now === unread) return;
  unread = now;
  drawTrouble();
}

setInterval(() => {
  if (session === null) return;
  drawHeard();
  const { rms, peak } = session.microphone.measure();
  // Falls slowly, so that syllables can be seen.
  shownLevel = Math.max(rms, shownLevel * 0.75);
  screen.drawLevel(shownLevel, session.isMuted ? "muted" : level.hear(rms, peak, performance.now() / 1000));
}, LEVEL_MS);

screen.drawStage("before");
screen.drawLanguage();
onDevicesChanged(() => void listMicrophones());
// A page that was left may be shown again as it was.
addEventListener("pagehide", () => void (session === null && stop()));
await listMicrophones();
