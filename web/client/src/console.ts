// The interpreter's console: a check, then the booth. Joins the parts; each of them has one concern.

import { MESSAGE_LENGTH } from "./booth_chat.ts";
import { BoothDesk } from "./booth_desk.ts";
import { BoothPanel } from "./booth_panel.ts";
import { countWords, talkWords, type Heard } from "./booth_words.ts";
import { CheckScreen, drawLevel } from "./console_check.ts";
import { readConsoleConfig, type Partner } from "./console_config.ts";
import { Desk, nowS } from "./console_desk.ts";
import { SharedBooth } from "./console_booth.ts";
import { ConsoleFeed } from "./console_feed.ts";
import { HandoverScreen } from "./console_handover.ts";
import { ConsolePanes } from "./console_panes.ts";
import { ConsoleRoom, type ConsoleStatus } from "./console_room.ts";
import { ConsoleScreen } from "./console_screen.ts";
import { ConsoleSound } from "./console_sound.ts";
import { ConsoleTerms } from "./console_terms.ts";
import { lampWords, machineTrouble, noticeOf, partnersOf, phrase, shiftWarning, SILENT_WARNING_S } from "./console_words.ts";
import { Microphone, NoMicrophone, onDevicesChanged } from "./devices.ts";
import { Drawing } from "./drawing.ts";
import type { Handover, Speech } from "./handover.ts";
import { encodeHeartbeat, startHeartbeat } from "./heartbeat.ts";
import { sourcesOf } from "./incoming.ts";
import { Level } from "./level.ts";
import { recall, remember } from "./memory.ts";
import { soundWords } from "./microphone_sound.ts";
import { Phrases } from "./phrases.ts";
import { PresetsScreen } from "./presets_screen.ts";
import { RoomClock } from "./room_clock.ts";
import { shiftOf, type Shift } from "./shift.ts";
import { TechnicianLine, TECHNICIAN_TOPIC } from "./technician_line.ts";
import { TechnicianScreen } from "./technician_screen.ts";
import type { Speaker } from "./state.ts";
import type { Phrase } from "./words.ts";

const LEVEL_MS = 100;
const LOOK_MS = 250;
/** So long who takes a channel reads what was said, also with captions off. */
const TAKING_S = 20;

const config = readConsoleConfig();
const all = config.languages.map(({ tag }) => tag);
const phrases = new Phrases(config.strings);
const level = new Level();
const sound = new ConsoleSound();
const roomClock = new RoomClock();

let microphone: Microphone | null = null;
let status: ConsoleStatus = "left";
let trouble: Phrase | null = null;
/** Who spoke last. */
let speaker: Speaker | null = null;
let floorLanguage = config.spoken[0] ?? "";
let areCaptionsWanted = recall("console.captions") !== "no";
let takenS = -Infinity;
let shownShift: Shift | null = null;
let hasEntered = false;
let said = "";
let shownLevel = 0;
let isCoughHeld = false;
let opening: Promise<void> = Promise.resolve();

const room: ConsoleRoom = new ConsoleRoom(config.meeting_id, config.key, {
  onStatus: follow,
  onGranted: (grant) => {
    if (feed.enter(grant)) {
      desk.wishes.clear();
      agreements.clear();
      roomClock.clear();
    }
    booth.follow(grant);
  },
  onJoined: () => {
    void feed.heal(languages());
    void technician.refresh();
  },
  onServerSays: (topic) => void (topic === TECHNICIAN_TOPIC && technician.refresh()),
  onChange: () => look(),
  onAudio: (sid, track) => sound.add(sid, track),
  onAudioGone: (sid) => sound.remove(sid),
  onPublisherGone: (identity) => feed.forget(identity),
  onUnpublished: () => (trouble = phrase("publish_failed", "trouble")),
});
const feed = new ConsoleFeed(() => room, { onState: () => onState(), onCaptions: () => drawing.request() });
const desk = new Desk(config.channels.map(({ tag }) => tag), all, room, feed, {
  onChange: () => look(),
  onTrouble: (refusal) => (trouble = refusal),
  onAsked: () => (takenS = nowS()),
});
const booth: BoothDesk = new BoothDesk(
  config.channels.map(({ tag }) => tag),
  config.meeting_id,
  () => room.grant,
  () => room.openMicrophone(false),
  {
    onChange: () => look(),
    onNews: () => void (boothPanel.hasSound && sound.chime()),
    onRefused: (text, sentence) => {
      boothPanel.giveBack(text);
      boothPanel.drawTrouble(phrase("said", "trouble", { sentence }));
    },
    onAudio: (sid, track) => sound.add(sid, track),
    onAudioGone: (sid) => sound.remove(sid),
    onUnpublished: () => (trouble = phrase("booth_unpublished", "trouble")),
  },
);
const boothPanel = new BoothPanel(phrases, {
  onTalk: (isHeld) => talk(isHeld),
  onSend: (text) => {
    const refused = booth.send(text);
    boothPanel.drawTrouble(refused === null || refused === "message_empty" ? null : phrase(refused, "trouble", { most: String(MESSAGE_LENGTH) }));
    return refused === null;
  },
  onRead: () => booth.markRead(),
});
const agreements = new SharedBooth(config.channels.map(({ tag }) => tag), room, desk, {
  onHandover: (tag, handover) => onHandover(tag, handover),
  onTrouble: (refusal) => {
    trouble = refusal;
    look();
  },
});
const terms = new ConsoleTerms();
const panes = new ConsolePanes([...config.languages, ...config.channels]);

const screen = new ConsoleScreen(phrases, [...config.languages, ...config.channels], {
  onAir: () => void desk.press(),
  onCough: (isHeld) => {
    if (isCoughHeld === isHeld) return;
    isCoughHeld = isHeld;
    look();
    beat();
  },
  onTalk: (isHeld) => talk(isHeld),
  onWrite: () => boothPanel.write(),
  onHold: () => {
    desk.isHolding = !desk.isHolding;
    look();
    beat();
  },
  onCaptions: () => {
    areCaptionsWanted = !areCaptionsShown();
    remember("console.captions", areCaptionsWanted ? "yes" : "no");
    takenS = -Infinity;
    look();
  },
  onIncoming: (tag) => desk.listenTo(tag),
  onSwapIncoming: () => desk.swapIncoming(),
  onOutgoing: (tag) => void desk.turnTo(tag),
  onSwapOutgoing: () => void desk.turn(),
  onTone: () => setTone(),
  onShift: (minutes) => void agreements.setShift(minutes),
  onBegin: () => handovers.begin(),
  onAccept: () => void agreements.accept(),
  onRefuse: () => void agreements.refuse(),
  onPreset: (preset, isDown) => presets.press(preset, isDown),
  onTechnician: (isDown) => technicianScreen.key(isDown),
  onLeave: () => void leave(),
});

const handovers = new HandoverScreen(phrases, {
  onBegin: (partner, minutes) => void agreements.begin(partner, minutes),
  onAccept: () => void agreements.accept(),
  onRefuse: () => void agreements.refuse(),
});

const presets = new PresetsScreen(phrases, config.meeting_id, all, {
  incoming: () => desk.incoming.tag,
  onIncoming: (tag) => desk.listenTo(tag),
  nameOf: (tag) => screen.nameOf(tag),
  announce: (words) => screen.announce(words),
});

const technician: TechnicianLine = new TechnicianLine(config.meeting_id, config.key, () => technicianScreen.draw());
const technicianScreen = new TechnicianScreen(phrases, technician, (words) => screen.announce(words));

const check = new CheckScreen(phrases, {
  onMicrophone: () => void openMicrophone(check.microphone),
  onOutput: (id) => void sound.chooseOutput(id),
  onEnter: () => void enter(),
});

/** What is known now becomes what the room hears and the page shows. */
function look(): void {
  if (screen.stage !== "booth") return;
  const people = room.people();
  speaker = feed.state?.speakers.filter(({ speaking }) => speaking).at(-1) ?? speaker;
  floorLanguage = speaker?.language ?? floorLanguage;
  const { outgoing, hasMicrophone } = desk;
  booth.apply({ outgoing, hasMicrophone, isCoughing: isCoughHeld, isOurs: desk.mine.length > 0, nowS: nowS() });
  desk.isCoughing = isCoughHeld || booth.keepsMeetingClosed;
  sound.hear(desk.apply(people), new Set(booth.talking.flatMap(({ sids }) => sids)));
  feed.follow(people, languages());
  drawDesk();
  drawCaptions();
  drawBooth();
}

function talk(isHeld: boolean): void {
  if (booth.isHeld === isHeld) return;
  booth.isHeld = isHeld;
  look();
  beat();
}

function drawBooth(): void {
  const colleagues = booth.colleagues;
  const others = [...booth.talking, ...colleagues.filter(({ isTalking }) => !isTalking)];
  const talk = talkWords(booth.talk, others, { cough: screen.keyOf("cough"), talk: screen.keyOf("talk") });
  boothPanel.drawPeople(countWords(booth.isConnected, colleagues), talk, booth.talk === "open", heardColleague());
  boothPanel.drawLines(booth.lines, (tag) => screen.nameOf(tag));
}

/** Who talks to the booth, else the colleague who is on air. */
function heardColleague(): Heard | null {
  const [talking] = booth.talking;
  if (talking) return talking;
  const { source, who = "", name = "" } = desk.situation.onAir ?? {};
  return source === "human" && who !== desk.me ? { name, level: room.levelOf(who) } : null;
}

function drawDesk(): void {
  const { lamp, isArmed, outgoing, incoming } = desk;
  const { wish, onAir } = desk.situation;
  const partners = partnersHere();
  const colleague = speech.nameOf(wish?.human ?? "");
  agreements.partners = partners.filter(({ channels }) => channels.includes(outgoing)).map(({ identity }) => identity);
  agreements.follow();
  const isOnly = wish?.isOnly ?? false;
  const before = onAir !== null && onAir.who !== desk.me ? speech.nameOf(onAir.who) : "";
  const around = { isArmed, isOnly, hasMicrophone: desk.hasMicrophone, colleague, before, language: screen.nameOf(outgoing) };
  const words = lampWords(lamp, around, (key) => phrases.say(key));
  screen.drawLamp(lamp, isArmed, desk.mine.includes(outgoing), words);
  screen.drawKeys(isCoughHeld, desk.isHolding, areCaptionsShown());
  screen.drawOutgoing(outgoing);
  const people = room.people();
  const floor = { words: soundWords(people.find(({ identity }) => identity === speaker?.identity)?.attributes.sound), name: speaker?.name ?? "" };
  screen.drawSources(sourcesOf(all, outgoing, feed.onAir, floor), incoming.tag);
  presets.draw();
  screen.drawPartners(partnersOf(config.partners, partners, outgoing, wish, onAir));
  const silentS = onAir?.silentS ?? 0;
  const machine = status === "connected" ? machineTrouble(onAir, screen.nameOf(outgoing), feed.isFloorAway) : null;
  screen.drawNotice(noticeOf(status, lamp, silentS, desk.isHolding, trouble, machine));
  drawHandover();
  const isSilent = lamp.kind === "on" && silentS >= SILENT_WARNING_S;
  sayOnce(isSilent ? [phrase("silent_soon")] : [words.word, words.more, ...[trouble, machine].flatMap((one) => one ?? [])]);
}

function partnersHere(): Partner[] {
  const here = room.people().filter(({ isAgent, attributes }) => !isAgent && attributes.role === "interpreter");
  return here.map(({ identity, name, attributes }) => ({ identity, name, channels: attributes.channels?.split(",") ?? [] }));
}

const speech: Speech = {
  nameOf: (identity) => [...config.partners, ...partnersHere()].find((partner) => partner.identity === identity)?.name ?? "",
  say: (key, values) => phrases.say(key, values),
};

function drawHandover(): void {
  const { stand } = agreements;
  const channel = "tag" in stand && stand.tag !== desk.outgoing ? screen.nameOf(stand.tag) : "";
  handovers.draw(stand, desk.me, speech, channel, roomS(), nowS());
}

/** Who takes the channel by an offer speaks into it. */
function onHandover(tag: string, handover: Handover): void {
  const keys = { accept: screen.keyOf("handover_accept"), refuse: screen.keyOf("handover_refuse") };
  handovers.tell(handover, desk.me, speech, keys, nowS());
  if (handover.step !== "done" || handover.taker !== desk.me) return;
  takenS = nowS();
  void desk.turnTo(tag);
}

/** The floor agent has spoken: what it says of the time is followed too. */
function onState(): void {
  const atS = feed.state?.atS ?? null;
  if (atS !== null) roomClock.hear(atS, nowS());
  look();
}

const roomS = (): number => roomClock.at(nowS(), Date.now() / 1000 - (room.grant?.clock_zero ?? 0));

/** Steps of handovers and changes of the lamp are spoken, each once. */
function sayOnce(words: Phrase[]): void {
  const now = JSON.stringify(words);
  const news = [...handovers.takeUnsaid(), ...(now === said ? [] : words)];
  said = now;
  if (news.length > 0) screen.announce(...news);
}

const areCaptionsShown = (): boolean => areCaptionsWanted || nowS() - takenS < TAKING_S;

function drawCaptions(): void {
  panes.show(areCaptionsShown());
  panes.setLanguages(floorLanguage, desk.outgoing);
  const [said, own] = [feed.captionsOf(floorLanguage), feed.captionsOf(desk.outgoing)];
  panes.draw(said, own);
  terms.follow(room.grant, room.metadata, floorLanguage, desk.outgoing, nowS());
  terms.draw([...said.finals, ...said.open], [...own.finals, ...own.open]);
}

function drawTimes(): void {
  const zero = room.grant?.clock_zero;
  const onAir = feed.onAir.get(desk.outgoing);
  const isHeard = onAir?.source === "human" || (onAir?.source === "machine" && onAir.state !== "failed");
  const hasLag = onAir !== undefined && isHeard && !feed.isFloorAway;
  const lag = hasLag ? phrase("lag", "calm", { seconds: String(Math.round(onAir.lagS)) }) : null;
  const elapsedS = zero === undefined ? null : roomS();
  const shift = shiftOf(agreements.shiftMinutes, agreements.shiftSinceS, roomS());
  screen.drawTimes(new Date(), elapsedS, agreements.shiftMinutes, shift, lag);
  const words = shiftWarning(shownShift, shift);
  shownShift = shift;
  if (words !== null) screen.announce(words);
}

const languages = (): Set<string> => new Set([floorLanguage, desk.outgoing]);
const drawing = new Drawing(look);

function beat(): void {
  if (screen.stage === "booth") void room.beat(encodeHeartbeat({ isCoughing: desk.isCoughing, isHolding: desk.isHolding, hears: desk.incoming.tag }));
}

function setTone(): void {
  const { volume, bass, treble } = screen.tone;
  sound.setTone(volume, bass, treble);
}

/** One after another: a headset that comes tells of it several times, and each microphone but one would stay open. */
function openMicrophone(id: string, isWanted = (): boolean => true): Promise<void> {
  opening = opening.catch(() => undefined).then(async () => {
    if (isWanted()) await changeMicrophone(id);
  });
  return opening;
}

async function changeMicrophone(id: string): Promise<void> {
  const before = microphone;
  trouble = null;
  try {
    const opened = await Microphone.open(id, onUnplugged, check.treatment);
    // Who has left while the browser asked for it is not to be heard by anything.
    if (screen.stage === "ended") return opened.close();
    microphone = opened;
    desk.hasMicrophone = true;
    if (screen.stage === "booth") await publishMicrophone(microphone);
    await before?.close();
  } catch (error) {
    if (!(error instanceof NoMicrophone)) throw error;
    trouble = phrase(error.trouble, "trouble");
    if (before === null) desk.hasMicrophone = false;
  }
  await check.listDevices(microphone?.deviceId ?? "");
  check.drawCanRetry(trouble !== null);
  screen.drawNotice(trouble);
  if (trouble) screen.announce(trouble);
}

/** Copies go out, so that the level stays visible while nobody hears it. */
async function publishMicrophone({ track }: Microphone): Promise<void> {
  await room.publishMicrophone(track.clone());
  await booth.publishMicrophone(track);
}

function onUnplugged(): void {
  void microphone?.close();
  microphone = null;
  desk.hasMicrophone = false;
  trouble = phrase("mic_unplugged", "trouble");
  screen.drawNotice(trouble);
  look();
}

async function enter(): Promise<void> {
  if (hasEntered) return;
  hasEntered = true;
  await sound.start(check.output);
  setTone();
  await openMicrophone(check.microphone, () => microphone === null);
  if (microphone !== null) await publishMicrophone(microphone);
  screen.drawStage("booth");
  const stopHeartbeat = startHeartbeat(() => {
    beat();
    // A hidden page draws nothing and its timers are slow, but its microphone must follow at once.
    if (document.hidden) look();
  });
  await room.run();
  stopHeartbeat();
  await booth.leave();
  room.close();
  await sound.close();
  await microphone?.close();
  microphone = null;
}

async function leave(): Promise<void> {
  await desk.handAllBack();
  await room.leave();
}

function follow(now: ConsoleStatus, sentence: string): void {
  status = now;
  desk.isConnected = now === "connected";
  screen.drawLive(now === "connected" ? phrase("in_booth") : phrase(now, now === "reconnecting" ? "caution" : "calm"));
  if (now === "elsewhere" || now === "over" || now === "left") screen.drawEnded(phrase(`${now}_notice`), now !== "over");
  else if (now === "refused") screen.drawEnded(sentence ? phrase("said", "calm", { sentence }) : phrase("refused_notice"), false);
  else look();
}

document.getElementById("again")?.addEventListener("click", () => location.reload());
onDevicesChanged(() => {
  void check.listDevices(microphone?.deviceId ?? "");
  void openMicrophone("", () => microphone === null && screen.stage === "booth");
});
setInterval(() => {
  if (microphone === null) return drawLevel(phrases, 0, "none");
  const { rms, peak } = microphone.measure();
  // Falls slowly, so that syllables can be seen.
  shownLevel = Math.max(rms, shownLevel * 0.75);
  drawLevel(phrases, shownLevel, level.hear(rms, peak, nowS()));
}, LEVEL_MS);
setInterval(() => {
  if (screen.stage !== "booth") return;
  feed.wait(nowS());
  look();
  drawTimes();
}, LOOK_MS);

screen.drawStage("check");
screen.drawNotice(phrase("opening_mic"));
await openMicrophone(check.microphone);
