// The console's place in the meeting's room: joins, reconnects, joins afresh; never touches the page.
//
// Unlike a listener's or a speaker's connection it is one of a kind: an interpreter who opens the console in
// another window ends this one, which must not come back by itself.

import {
  AudioPresets,
  DisconnectReason,
  LivekitError,
  LocalAudioTrack,
  ParticipantKind,
  Room,
  RoomEvent,
  Track,
  type LocalTrack,
  type RemoteParticipant,
  type RemoteTrackPublication,
} from "livekit-client";
import { join, Refused, Unreachable, type Grant } from "./api.ts";
import type { DataTrack, Publisher } from "./channels.ts";
import type { Handlers, Status } from "./connection.ts";
import { HEARTBEAT_TOPIC } from "./heartbeat.ts";

export type ConsoleStatus = Status | "elsewhere";

export interface ConsoleHandlers extends Omit<Handlers, "onStatus"> {
  /** `elsewhere`: the console was opened in another window. */
  onStatus(status: ConsoleStatus, sentence: string): void;
  /** The room does not take the microphone. */
  onUnpublished(): void;
}

/** Somebody in the room, with the name that others read. */
export interface Person extends Publisher {
  name: string;
}

const RETRY_DELAYS_MS = [300, 1000, 2000, 4000];
/** While the room does not answer, the server is asked this often whether the meeting has moved. */
const LOOK_FOR_ROOM_MS = 2500;
const ENDS: (DisconnectReason | undefined)[] = [
  DisconnectReason.ROOM_DELETED,
  DisconnectReason.ROOM_CLOSED,
  DisconnectReason.PARTICIPANT_REMOVED,
];
const CHANGES = [
  RoomEvent.ParticipantConnected,
  RoomEvent.TrackPublished,
  RoomEvent.TrackUnpublished,
  RoomEvent.ParticipantAttributesChanged,
  RoomEvent.DataTrackPublished,
  RoomEvent.DataTrackUnpublished,
  RoomEvent.RoomMetadataChanged,
] as const;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class ConsoleRoom {
  readonly #meetingId: string;
  readonly #key: string;
  readonly #handlers: ConsoleHandlers;
  #room: Room | null = null;
  #grant: Grant | null = null;
  #microphone: LocalAudioTrack | null = null;
  #isOpen = false;
  #isBeating = false;
  #hasLeft = false;
  #lookingForRoom: ReturnType<typeof setInterval> | undefined;

  constructor(meetingId: string, key: string, handlers: ConsoleHandlers) {
    this.#meetingId = meetingId;
    this.#key = key;
    this.#handlers = handlers;
  }

  get grant(): Grant | null {
    return this.#grant;
  }

  /** What web says of the room. */
  get metadata(): string {
    return this.#room?.metadata ?? "";
  }

  /** Stay until the meeting is over, the server refuses, another window takes the place, or `leave`. */
  async run(): Promise<void> {
    this.#handlers.onStatus("connecting", "");
    for (let attempt = 0; !this.#hasLeft; attempt++) {
      if (attempt > 0) await wait(RETRY_DELAYS_MS[Math.min(attempt, RETRY_DELAYS_MS.length) - 1] ?? 0);
      try {
        const reason = await this.#attend(() => (attempt = 0));
        if (this.#hasLeft) return;
        if (reason === DisconnectReason.DUPLICATE_IDENTITY) return this.#handlers.onStatus("elsewhere", "");
        if (ENDS.includes(reason)) return this.#handlers.onStatus("over", "");
      } catch (error) {
        if (error instanceof Refused) return this.#handlers.onStatus("refused", error.message);
        if (!(error instanceof Unreachable) && !(error instanceof LivekitError)) throw error;
      }
      if (!this.#hasLeft) this.#handlers.onStatus("reconnecting", "");
    }
  }

  /** Let go of the device. */
  close(): void {
    this.#microphone?.mediaStreamTrack.stop();
  }

  /** Leave the room for good. */
  async leave(): Promise<void> {
    this.#hasLeft = true;
    this.#handlers.onStatus("left", "");
    await this.#room?.disconnect();
  }

  /** Everybody in the room with what they publish. */
  people(): Person[] {
    return this.#others().map((participant) => ({
      identity: participant.identity,
      name: participant.name ?? "",
      isAgent: participant.kind === ParticipantKind.AGENT,
      attributes: participant.attributes,
      audio: [...participant.audioTrackPublications.values()].map((publication) => ({
        sid: publication.trackSid,
        name: publication.trackName,
        isMicrophone: publication.source === Track.Source.Microphone,
      })),
      data: [...participant.dataTracks.keys()],
    }));
  }

  /** Receive these audio tracks and no others. */
  receiveAudio(sids: ReadonlySet<string>): void {
    for (const participant of this.#others()) {
      for (const publication of participant.audioTrackPublications.values()) {
        const isWanted = sids.has(publication.trackSid);
        if (isWanted !== publication.isDesired) (publication as RemoteTrackPublication).setSubscribed(isWanted);
      }
    }
  }

  /** The frames of a data track until `signal` or until its publisher goes; null when there is no such track now. */
  readData({ identity, name }: DataTrack, signal: AbortSignal): ReadableStream<{ payload: Uint8Array }> | null {
    const track = this.#room?.remoteParticipants.get(identity)?.dataTracks.get(name);
    return track?.subscribe({ signal, bufferSize: 64 }) ?? null;
  }

  /** Publish a microphone, or put it in the place of the one before; it is closed until `openMicrophone`. */
  async publishMicrophone(track: MediaStreamTrack): Promise<void> {
    if (this.#microphone !== null) {
      const before = this.#microphone.mediaStreamTrack;
      await this.#microphone.replaceTrack(track, true);
      before.stop();
      return;
    }
    this.#microphone = new LocalAudioTrack(track, undefined, true);
    await this.#microphone.mute();
    await this.#publish();
  }

  /** Let the room hear the microphone, or close it. */
  async openMicrophone(isOpen: boolean): Promise<void> {
    this.#isOpen = isOpen;
    const track = this.#microphone;
    if (track !== null && track.isMuted === isOpen) await (isOpen ? track.unmute() : track.mute());
    // A key may have been let go meanwhile.
    if (this.#isOpen !== isOpen) await this.openMicrophone(this.#isOpen);
  }

  /** Tell the floor agents, and nobody else, how this console is; a heartbeat that cannot go out is not sent later. */
  async beat(heartbeat: Uint8Array<ArrayBuffer>): Promise<void> {
    const agents = this.people().filter(({ isAgent, attributes }) => isAgent && attributes.role === "floor");
    if (this.#room === null || agents.length === 0 || this.#isBeating) return;
    this.#isBeating = true;
    try {
      const destinationIdentities = agents.map(({ identity }) => identity);
      await this.#room.localParticipant.publishData(heartbeat, { reliable: false, topic: HEARTBEAT_TOPIC, destinationIdentities });
    } catch (error) {
      // The connection is away: that no heartbeat comes is what the floor agent must learn.
      if (!(error instanceof LivekitError) && !(error instanceof DOMException)) throw error;
    } finally {
      this.#isBeating = false;
    }
  }

  #others(): RemoteParticipant[] {
    return [...(this.#room?.remoteParticipants.values() ?? [])];
  }

  async #publish(): Promise<void> {
    if (this.#room === null || this.#microphone === null) return;
    // Without pauses in the packets: the floor agent takes them for a dead microphone.
    const options = { audioPreset: AudioPresets.music, dtx: false, red: true, source: Track.Source.Microphone, name: "microphone" };
    try {
      await this.#room.localParticipant.publishTrack(this.#microphone as LocalTrack, options);
    } catch {
      // Whatever the room answered, the interpreter must know that nobody would hear them.
      this.#handlers.onUnpublished();
    }
  }

  /** Join and stay until disconnected; tells why. */
  async #attend(onJoined: () => void): Promise<DisconnectReason | undefined> {
    const grant = await this.#join();
    const room = new Room({
      disconnectOnPageLeave: true,
      // The microphone outlives the room: after an outage it is published in the next one.
      stopLocalTrackOnUnpublish: false,
    });
    const ended = new Promise<DisconnectReason | undefined>((resolve) => room.on(RoomEvent.Disconnected, resolve));
    this.#grant = grant;
    this.#room = room;
    this.#listen(room, grant.room);
    if (this.#hasLeft) return undefined;
    this.#handlers.onGranted(grant);
    await room.connect(grant.url, grant.token, { autoSubscribe: false });
    onJoined();
    this.#handlers.onStatus("connected", "");
    await this.#publish();
    this.#handlers.onJoined(true);
    this.#handlers.onChange();
    try {
      return await ended;
    } finally {
      this.#stopLooking();
    }
  }

  #join(): Promise<Grant> {
    return join(this.#meetingId, { role: "interpreter", key: this.#key }, this.#grant?.token);
  }

  /** A restarted media server knows no rooms, and the SDK tries the old one for half a minute: leave it sooner. */
  async #leaveIfMoved(room: Room, name: string): Promise<void> {
    try {
      if ((await this.#join()).room !== name) await room.disconnect();
    } catch (error) {
      if (!(error instanceof Unreachable) && !(error instanceof Refused)) throw error;
    }
  }

  #stopLooking(): void {
    clearInterval(this.#lookingForRoom);
    this.#lookingForRoom = undefined;
  }

  #listen(room: Room, name: string): void {
    const handlers = this.#handlers;
    for (const event of CHANGES) room.on(event, () => handlers.onChange());
    room.on(RoomEvent.ParticipantDisconnected, (participant) => {
      handlers.onPublisherGone(participant.identity);
      handlers.onChange();
    });
    room.on(RoomEvent.TrackSubscribed, (track, publication) => {
      if (track.kind === Track.Kind.Audio) handlers.onAudio(publication.trackSid, track.mediaStreamTrack);
    });
    room.on(RoomEvent.TrackUnsubscribed, (_track, publication) => handlers.onAudioGone(publication.trackSid));
    for (const event of [RoomEvent.Reconnecting, RoomEvent.SignalReconnecting] as const) {
      room.on(event, () => {
        handlers.onStatus("reconnecting", "");
        this.#lookingForRoom ??= setInterval(() => void this.#leaveIfMoved(room, name), LOOK_FOR_ROOM_MS);
      });
    }
    room.on(RoomEvent.Reconnected, () => {
      this.#stopLooking();
      handlers.onStatus("connected", "");
      handlers.onJoined(false);
      handlers.onChange();
    });
  }
}
