import assert from "node:assert/strict";
import { test } from "node:test";
import { soundOf, soundWords, treatmentFor } from "../src/microphone_sound.ts";

for (const hasHeadset of [true, false]) {
  test(`${hasHeadset ? "with" : "without"} a headset nothing but echoes is ever taken out`, () => {
    assert.deepEqual(treatmentFor(hasHeadset), { echoCancellation: !hasHeadset, noiseSuppression: false, autoGainControl: false, sampleRate: 48_000 });
  });
}

for (const [settings, expected] of [
  [{ echoCancellation: false, noiseSuppression: false, autoGainControl: false }, "headset"],
  [{}, "headset"],
  [{ echoCancellation: true, noiseSuppression: false, autoGainControl: false }, "no_echo"],
  [{ echoCancellation: "all" }, "no_echo"],
  [{ echoCancellation: false, noiseSuppression: true }, "altered"],
  [{ echoCancellation: true, autoGainControl: true }, "altered"],
] as [MediaTrackSettings, string][]) {
  test(`a microphone with ${JSON.stringify(settings)} is ${expected}`, () => assert.equal(soundOf(settings), expected));
}

for (const [sound, expected] of [["headset", "sound_headset"], ["altered", "sound_altered"], ["", ""], [undefined, ""], ["loud", ""]] as const) {
  test(`of ${sound} the console says ${expected || "nothing"}`, () => assert.equal(soundWords(sound), expected));
}
