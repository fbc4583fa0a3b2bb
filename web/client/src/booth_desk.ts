// An interpreter's booths, one a channel that they speak into: talk and messages with their colleagues. Never touches
// the page.

import { readMessages, Unreachable, writeMessage, type Grant, type Message } from "./api.ts";
import { Chat, oneLine, unsendable, type Unsendable, type Waiting } from "./booth_chat.ts";
import { Mail } from "./booth_mail.ts";
import { BoothRoom, type Colleague } from "./booth_room.ts";
import { talkOf, type Talk } from "./booth_talk.ts";
import { recall, remember } from "./memory.ts";
import { newId } from "./new_id.ts";

const RETRY_MS = 5000;
/** So often consoles ask for messages without being told of one: the signal may be lost. */
const READ_MS = 15_000;
/** Why one is not heard stays to be read, though the key was let go at once. */
const REFUSED_S = 4;

export interface BoothEvents {
  onChange(): void;
  /** A colleague has written. */
  onNews(): void;
  /** The server will never take this text. */
  onRefused(text: string, sentence: string): void;
  onAudio(sid: string, track: MediaStreamTrack): void;
  onAudioGone(sid: string): void;
  onUnpublished(): void;
}

/** What the console knows besides. */
export interface Surroundings {
  outgoing: string;
  isCoughing: boolean;
  /** The meeting hears the microphone unless it is closed for a cough. */
  isOurs: boolean;
  hasMicrophone: boolean;
  nowS: number;
}

export interface Line {
  channel: string;
  id: string;
  /** Null: it waits to be sent. */
  message: Message | null;
  text: string;
  isOwn: boolean;
  isUnread: boolean;
}

interface Booth {
  channel: string;
  room: BoothRoom;
  mail: Mail;
}

export class BoothDesk {
  isHeld = false;
  readonly #booths: Booth[];
  readonly #meetingId: string;
  readonly #place: () => Grant | null;
  readonly #closeMeeting: () => Promise<void>;
  readonly #events: BoothEvents;
  readonly #timers: ReturnType<typeof setInterval>[];
  #session = "";
  #outgoing: string;
  /** Where the talk that is open goes. */
  #target = "";
  #talk: Talk = "closed";
  #refused: { talk: Talk; untilS: number } = { talk: "closed", untilS: -Infinity };

  /** `closeMeeting`: done when the meeting does not hear the microphone any more. */
  constructor(channels: string[], meetingId: string, place: () => Grant | null, closeMeeting: () => Promise<void>, events: BoothEvents) {
    this.#meetingId = meetingId;
    this.#place = place;
    this.#closeMeeting = closeMeeting;
    this.#events = events;
    this.#outgoing = channels[0] ?? "";
    this.#booths = channels.map((channel) => ({ channel, room: this.#room(channel), mail: this.#mail(channel, new Chat()) }));
    this.#timers = [
      setInterval(() => void this.#each(({ mail }) => mail.sendWaiting()), RETRY_MS),
      setInterval(() => void this.#each(({ mail }) => mail.read()), READ_MS),
    ];
  }

  /** The server lets the console into a session: its booths follow. */
  follow(grant: Grant): void {
    if (grant.room !== this.#session) {
      this.#session = grant.room;
      for (const booth of this.#booths) booth.mail = this.#mail(booth.channel, this.#remembered(booth.channel));
    }
    for (const { room } of this.#booths) room.follow(grant.room);
    void this.#each(({ mail }) => mail.read());
    void this.#each(({ mail }) => mail.sendWaiting());
  }

  /** For good: what waits is sent by the next page. */
  async leave(): Promise<void> {
    this.#timers.forEach((timer) => clearInterval(timer));
    await this.#each(({ room }) => room.leave());
  }

  /** The booths' own copies of the microphone. */
  async publishMicrophone(track: MediaStreamTrack): Promise<void> {
    await this.#each(({ room }) => room.publishMicrophone(track.clone()));
  }

  /** Follow the talk key and what else is known; whoever opens the way to the booth has left the meeting's first. */
  apply({ outgoing, isCoughing, isOurs, hasMicrophone, nowS }: Surroundings): void {
    const before = this.#talk;
    this.#outgoing = outgoing;
    const isOpen = before === "open";
    this.#talk = talkOf({ isHeld: this.isHeld, isCoughing, isOurs, isOpen, hasMicrophone, colleagues: this.colleagues.length });
    if (this.#talk !== "closed" && this.#talk !== "open") this.#refused = { talk: this.#talk, untilS: nowS + REFUSED_S };
    if (this.#talk === "open" || nowS >= this.#refused.untilS) this.#refused = { talk: "closed", untilS: -Infinity };
    if (this.#talk === before) return;
    if (this.#talk === "open") this.#target = outgoing;
    void this.#settle();
  }

  async #settle(): Promise<void> {
    if (this.#talk === "open") await this.#closeMeeting();
    // The key may have been let go meanwhile.
    await this.#each(({ channel, room }) => room.talk(this.#talk === "open" && channel === this.#target));
    this.#events.onChange();
  }

  /** Whether the talk is open, or why it is not. */
  get talk(): Talk {
    return this.#talk === "closed" ? this.#refused.talk : this.#talk;
  }

  /** The meeting must not hear what is meant for the booth. */
  get keepsMeetingClosed(): boolean {
    return this.#talk === "open" || this.#booths.some(({ room }) => room.isTalking);
  }

  get isConnected(): boolean {
    return this.#booths.find(({ channel }) => channel === this.#outgoing)?.room.isConnected ?? false;
  }

  /** Who else is in the booth of the channel that one speaks into. */
  get colleagues(): Colleague[] {
    return this.#booths.find(({ channel }) => channel === this.#outgoing)?.room.colleagues ?? [];
  }

  /** Who talks to this interpreter now, in whichever of their booths. */
  get talking(): Colleague[] {
    return this.#booths.flatMap(({ room }) => room.colleagues.filter(({ isTalking }) => isTalking));
  }

  /** What was written in all booths, by time; what waits comes last. */
  get lines(): Line[] {
    const me = this.#me;
    const written = this.#booths.flatMap(({ channel, mail }) => {
      const unread = new Set(mail.chat.unread(me));
      return mail.chat.messages.map((message) => ({
        channel, id: message.id, message, text: message.text, isOwn: message.identity === me, isUnread: unread.has(message),
      }));
    });
    written.sort((one, other) => Date.parse(one.message.at) - Date.parse(other.message.at));
    const waiting = this.#booths.flatMap(({ channel, mail }) =>
      mail.chat.waiting.map(({ id, text }) => ({ channel, id, message: null, text, isOwn: true, isUnread: false })),
    );
    return [...written, ...waiting];
  }

  /** Write to the colleagues of the channel that one speaks into; tells why not. */
  send(typed: string): Unsendable | null {
    const text = oneLine(typed);
    const trouble = unsendable(text);
    const booth = this.#booths.find(({ channel }) => channel === this.#outgoing);
    if (trouble !== null || booth === undefined) return trouble;
    this.markRead();
    void booth.mail.send({ id: newId(), text });
    return null;
  }

  markRead(): void {
    for (const { channel, mail } of this.#booths) {
      mail.chat.markRead();
      remember(this.#readKey(channel), String(mail.chat.readThrough));
    }
    this.#events.onChange();
  }

  get #me(): string {
    return this.#place()?.identity ?? "";
  }

  #room(channel: string): BoothRoom {
    return new BoothRoom(channel, this.#place, {
      onChange: () => this.#events.onChange(),
      onMessages: () => void this.#booths.find((booth) => booth.channel === channel)?.mail.read(),
      onAudio: (sid, track) => this.#events.onAudio(sid, track),
      onAudioGone: (sid) => this.#events.onAudioGone(sid),
      onUnpublished: () => this.#events.onUnpublished(),
    });
  }

  #mail(channel: string, chat: Chat): Mail {
    const calls = {
      write: async (id: string, text: string) => writeMessage(this.#inside(), channel, id, text),
      read: async (after: number) => readMessages(this.#inside(), channel, after),
    };
    return new Mail(chat, calls, {
      onChange: (news) => {
        // What was written here outlives this page until the server has it.
        remember(this.#waitingKey(channel), JSON.stringify(chat.waiting));
        if (chat.unread(this.#me).some((message) => news.includes(message))) this.#events.onNews();
        this.#events.onChange();
      },
      onRefused: (text, sentence) => {
        remember(this.#waitingKey(channel), JSON.stringify(chat.waiting));
        this.#events.onRefused(text, sentence);
      },
    });
  }

  #remembered(channel: string): Chat {
    return new Chat(waitingOf(recall(this.#waitingKey(channel))), Number(recall(this.#readKey(channel)) ?? 0) || 0);
  }

  #inside(): Grant {
    const grant = this.#place();
    if (grant === null) throw new Unreachable("not in the room");
    return grant;
  }

  #waitingKey(channel: string): string {
    return `booth.waiting.${this.#meetingId}.${this.#me}.${channel}`;
  }

  #readKey(channel: string): string {
    return `booth.read.${this.#session}.${this.#me}.${channel}`;
  }

  async #each(work: (booth: Booth) => Promise<void>): Promise<void> {
    await Promise.all(this.#booths.map(work));
  }
}

/** What an earlier page of this person left unsent. */
function waitingOf(kept: string | null): Waiting[] {
  try {
    const found: unknown = JSON.parse(kept ?? "[]");
    if (!Array.isArray(found)) return [];
    return found.filter((one): one is Waiting => typeof one?.id === "string" && typeof one?.text === "string");
  } catch {
    return [];
  }
}
