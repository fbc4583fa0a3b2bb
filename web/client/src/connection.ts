// The connection to the meeting's room: joins, reconnects, joins afresh after a long outage. Never touches the page.

import {
  DisconnectReason,
  LivekitError,
  LocalAudioTrack,
  ParticipantKind,
  Room,
  RoomEvent,
  Track,
  type RemoteParticipant,
  type RemoteTrackPublication,
} from "livekit-client";
import { Refused, Unreachable, type Entry, type Grant } from "./api.ts";
import { isAgentAs, type DataTrack, type Person } from "./channels.ts";
import type { Received } from "./fallback.ts";
import { FULLBAND } from "./publishing.ts";

export type Status = "connecting" | "connected" | "reconnecting" | "over" | "refused" | "left";

export interface Handlers<G extends Entry = Grant> {
  /** `sentence` is the server's, when it refused. */
  onStatus(status: Status, sentence: string): void;
  /** The server lets us in: choices and what was said before can travel while the room connects. */
  onGranted(grant: G): void;
  /** Inside the room: what was missed must be fetched. `isFresh`: nothing received before goes on. */
  onJoined(isFresh: boolean): void;
  /** Who is in the room, what they publish, or what web says of it, has changed. */
  onChange(): void;
  onAudio(sid: string, track: MediaStreamTrack): void;
  onAudioGone(sid: string): void;
  onPublisherGone(identity: string): void;
  /** Web itself has sent a message; nobody in the room can forge that. */
  onServerSays?(topic: string): void;
  /** Somebody in the room has sent data to this page. */
  onData?(topic: string, payload: Uint8Array, isFloorAgent: boolean): void;
}

/** What some connections do otherwise. */
export interface ConnectionOptions {
  retryDelaysMs?: readonly number[];
  /** Inside the room, before `onJoined`. */
  onConnected?(room: Room): Promise<void>;
  /** Another window has joined as the same participant: this one ends. Without it, it joins afresh. */
  onElsewhere?(): void;
  /** After these ends it asks again: the server says why, or that there is another room. */
  comesBack?: readonly DisconnectReason[];
}

/** While the room does not answer, the server is asked this often whether the meeting has moved. */
const LOOK_FOR_ROOM_MS = 2500;
const RETRY_DELAYS_MS = [300, 1000, 2000, 4000, 8000];
/** Reasons after which nobody should come back by themselves. */
export const ENDS: readonly DisconnectReason[] = [
  DisconnectReason.ROOM_DELETED,
  DisconnectReason.ROOM_CLOSED,
  DisconnectReason.PARTICIPANT_REMOVED,
];

/** Microphones belong to the page and outlive every room; unlike the room's own option, `disconnect` stops them by itself. */
const STOPS_TRACKS = false;

// Firefox loses selectively subscribed tracks on one peer connection; elsewhere it connects a second faster.
const hasOnePeerConnection = !navigator.userAgent.includes("Firefox/");

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class Connection<G extends Entry = Grant> {
  readonly #join: (before?: string) => Promise<G>;
  readonly #handlers: Handlers<G>;
  readonly #options: ConnectionOptions;
  #room: Room | null = null;
  #grant: G | null = null;
  #hasLeft = false;
  #lookingForRoom: ReturnType<typeof setInterval> | undefined;

  /** `join` asks the server for a place, anew each time; a page that was there before says so by its token. */
  constructor(join: (before?: string) => Promise<G>, handlers: Handlers<G>, options: ConnectionOptions = {}) {
    this.#join = join;
    this.#handlers = handlers;
    this.#options = options;
  }

  get room(): Room | null {
    return this.#room;
  }

  get grant(): G | null {
    return this.#grant;
  }

  /** Stay in the room until the meeting is over, the server refuses, or `leave`. */
  async run(): Promise<void> {
    const { retryDelaysMs = RETRY_DELAYS_MS, onElsewhere, comesBack = [] } = this.#options;
    this.#handlers.onStatus("connecting", "");
    for (let attempt = 0; !this.#hasLeft; attempt++) {
      if (attempt > 0) await wait(retryDelaysMs[Math.min(attempt, retryDelaysMs.length) - 1] ?? 0);
      try {
        const reason = await this.#attend(() => (attempt = 0));
        if (this.#hasLeft) return;
        if (onElsewhere && reason === DisconnectReason.DUPLICATE_IDENTITY) return onElsewhere();
        if (reason !== undefined && ENDS.includes(reason) && !comesBack.includes(reason)) return this.#handlers.onStatus("over", "");
      } catch (error) {
        if (error instanceof Refused) return this.#handlers.onStatus("refused", error.message);
        if (!(error instanceof Unreachable) && !(error instanceof LivekitError)) throw error;
      }
      if (!this.#hasLeft) this.#handlers.onStatus("reconnecting", "");
    }
  }

  /** Leave the room for good. */
  async leave(): Promise<void> {
    this.#hasLeft = true;
    this.#handlers.onStatus("left", "");
    await this.#room?.disconnect(STOPS_TRACKS);
  }

  /** Everybody in the room with what they publish. */
  people(): Person[] {
    return [...(this.#room?.remoteParticipants.values() ?? [])].map((participant) => ({
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

  /** What web says of the room. */
  get metadata(): string {
    return this.#room?.metadata ?? "";
  }

  /** Receive these audio tracks and no others. */
  receiveAudio(sids: ReadonlySet<string>): void {
    for (const publication of this.#audioPublications()) {
      const isWanted = sids.has(publication.trackSid);
      if (isWanted !== publication.isDesired) publication.setSubscribed(isWanted);
    }
  }

  /** Ask again for a track that was asked for and has not come; hands over one that is there. */
  askAgain(sid: string): void {
    const publication = this.#audioPublications().find((other) => other.trackSid === sid);
    if (!publication) return;
    if (publication.track) return this.#handlers.onAudio(sid, publication.track.mediaStreamTrack);
    publication.setSubscribed(false);
    publication.setSubscribed(true);
  }

  /** What has come of each audio track that is received, as the browser counts. */
  async received(): Promise<Received[]> {
    const counts = this.#audioPublications().map(async ({ track, trackSid, isMuted }) => {
      // One that is just going has none.
      const stats = (await track?.getRTCStatsReport().catch(() => undefined))?.values() ?? [];
      const streams = ([...stats] as RTCStats[]).filter((one): one is RTCInboundRtpStreamStats => one.type === "inbound-rtp");
      const packets = streams.reduce((sum, { packetsReceived = 0 }) => sum + packetsReceived, 0);
      return streams.length > 0 ? [{ sid: trackSid, packets, isMuted }] : [];
    });
    return (await Promise.all(counts)).flat();
  }

  /** The frames of a data track until `signal` or until its publisher goes; null when there is no such track now. */
  readData({ identity, name }: DataTrack, signal: AbortSignal): ReadableStream<{ payload: Uint8Array }> | null {
    const track = this.#room?.remoteParticipants.get(identity)?.dataTracks.get(name);
    return track?.subscribe({ signal, bufferSize: 64 }) ?? null;
  }

  /** Let the room hear this microphone, in place of the one before. */
  async publishMicrophone(track: MediaStreamTrack): Promise<void> {
    const participant = this.#room?.localParticipant;
    const published = participant?.getTrackPublication(Track.Source.Microphone)?.audioTrack;
    if (published instanceof LocalAudioTrack) {
      await published.replaceTrack(track, true);
      return;
    }
    await participant?.publishTrack(track, FULLBAND);
  }

  /** Silence the microphone, or open it again. */
  async mute(isMuted: boolean): Promise<void> {
    const track = this.#room?.localParticipant.getTrackPublication(Track.Source.Microphone)?.audioTrack;
    if (track instanceof LocalAudioTrack) await (isMuted ? track.mute() : track.unmute());
  }

  /** Say something to the floor agents alone, reliably; false when there is none, or no connection. */
  async tellFloor(payload: Uint8Array<ArrayBuffer>, topic: string): Promise<boolean> {
    const agents = this.people().filter((one) => isAgentAs(one, "floor"));
    if (this.#room === null || agents.length === 0) return false;
    const destinationIdentities = agents.map(({ identity }) => identity);
    try {
      await this.#room.localParticipant.publishData(payload, { reliable: true, topic, destinationIdentities });
      return true;
    } catch (error) {
      if (!(error instanceof LivekitError) && !(error instanceof DOMException)) throw error;
      return false;
    }
  }

  #audioPublications(): RemoteTrackPublication[] {
    return [...(this.#room?.remoteParticipants.values() ?? [])].flatMap((participant: RemoteParticipant) =>
      [...participant.audioTrackPublications.values()].map((publication) => publication as RemoteTrackPublication),
    );
  }

  /** Join and stay until disconnected; tells why. */
  async #attend(onJoined: () => void): Promise<DisconnectReason | undefined> {
    const grant = await this.#join(this.#grant?.token);
    const room = new Room({
      singlePeerConnection: hasOnePeerConnection,
      disconnectOnPageLeave: true,
      // The microphone outlives the room: after an outage it is published in the next one.
      stopLocalTrackOnUnpublish: STOPS_TRACKS,
    });
    const ended = new Promise<DisconnectReason | undefined>((resolve) => {
      room.on(RoomEvent.Disconnected, resolve);
    });
    this.#grant = grant;
    this.#room = room;
    this.#listen(room, grant.room);
    if (this.#hasLeft) return undefined;
    this.#handlers.onGranted(grant);
    await room.connect(grant.url, grant.token, { autoSubscribe: false });
    onJoined();
    this.#handlers.onStatus("connected", "");
    await this.#options.onConnected?.(room);
    this.#handlers.onJoined(true);
    this.#changed();
    try {
      return await ended;
    } finally {
      this.#stopLooking();
    }
  }

  /** A restarted media server knows no rooms, and the SDK tries the old one for half a minute: leave it sooner. */
  #lookForRoom(room: Room, name: string): void {
    this.#lookingForRoom ??= setInterval(() => void this.#leaveIfMoved(room, name), LOOK_FOR_ROOM_MS);
  }

  async #leaveIfMoved(room: Room, name: string): Promise<void> {
    try {
      const grant = await this.#join(this.#grant?.token);
      if (grant.room !== name) await room.disconnect(STOPS_TRACKS);
    } catch (error) {
      // The server is away or refuses; the room may still come back, and `run` joins afresh when it does not.
      if (!(error instanceof Unreachable) && !(error instanceof Refused)) throw error;
    }
  }

  #stopLooking(): void {
    clearInterval(this.#lookingForRoom);
    this.#lookingForRoom = undefined;
  }

  #listen(room: Room, name: string): void {
    const handlers = this.#handlers;
    const changes = [
      RoomEvent.ParticipantConnected,
      RoomEvent.TrackPublished,
      RoomEvent.TrackUnpublished,
      RoomEvent.ParticipantAttributesChanged,
      RoomEvent.DataTrackPublished,
      RoomEvent.DataTrackUnpublished,
      RoomEvent.RoomMetadataChanged,
    ] as const;
    for (const event of changes) room.on(event, () => this.#changed());
    room.on(RoomEvent.ParticipantDisconnected, (participant) => {
      handlers.onPublisherGone(participant.identity);
      this.#changed();
    });
    room.on(RoomEvent.DataReceived, (payload, participant, _kind, topic) => {
      if (participant === undefined) return handlers.onServerSays?.(topic ?? "");
      const isFloorAgent = participant.kind === ParticipantKind.AGENT && participant.attributes.role === "floor";
      handlers.onData?.(topic ?? "", payload, isFloorAgent);
    });
    room.on(RoomEvent.TrackSubscribed, (track, publication) => {
      if (track.kind === Track.Kind.Audio) handlers.onAudio(publication.trackSid, track.mediaStreamTrack);
    });
    room.on(RoomEvent.TrackUnsubscribed, (_track, publication) => handlers.onAudioGone(publication.trackSid));
    for (const event of [RoomEvent.Reconnecting, RoomEvent.SignalReconnecting] as const) {
      room.on(event, () => {
        handlers.onStatus("reconnecting", "");
        this.#lookForRoom(room, name);
      });
    }
    room.on(RoomEvent.Reconnected, () => {
      this.#stopLooking();
      handlers.onStatus("connected", "");
      if (this.#grant) handlers.onJoined(false);
      this.#changed();
    });
  }

  /** livekit-client tells of a new data track a moment before its participant has it. */
  #changed(): void {
    queueMicrotask(() => this.#handlers.onChange());
  }
}
