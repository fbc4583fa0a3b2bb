import assert from "node:assert/strict";
import { test } from "node:test";
import { ConnectionState, type Room } from "livekit-client";
import type { RoomMicrophone } from "../src/console_microphone.ts";

Object.defineProperty(globalThis, "navigator", { value: { userAgent: "" }, configurable: true });
Object.defineProperty(globalThis, "MediaStream", { value: class extends EventTarget {}, configurable: true });
const module = await import("../src/console_microphone.ts");

interface Plugged extends EventTarget {
  readyState: string;
}

const plugged = (): Plugged => {
  const track = Object.assign(new EventTarget(), { kind: "audio", enabled: true, readyState: "live", stop: () => undefined, getConstraints: () => ({}), getSettings: () => ({}) });
  track.stop = () => void (track.readyState = "ended");
  return track;
};
const put = (microphone: RoomMicrophone, track: Plugged, room: Room | null): Promise<void> => microphone.put(track as unknown as MediaStreamTrack, room);

test("a microphone that is plugged in while the room is away goes into the next one", async () => {
  const published: unknown[] = [];
  const publishTrack = async ({ mediaStreamTrack }: { mediaStreamTrack: unknown }): Promise<void> => void published.push(mediaStreamTrack);
  const room = { state: ConnectionState.Connected, localParticipant: { publishTrack } } as unknown as Room;
  const away = { ...room, state: ConnectionState.Connecting } as unknown as Room;
  const microphone = new module.RoomMicrophone(() => assert.fail("not published"));
  const [before, after] = [plugged(), plugged()];
  await put(microphone, before, null);
  await put(microphone, after, away);
  await microphone.publish(room);
  assert.deepEqual([before.readyState, after.readyState], ["ended", "live"]);
  assert.equal(published.length, 1);
  assert.equal(published[0], after);
});
