// How microphones go out: the whole band of a voice, and packets also while nobody speaks.
//
// Silence without packets would gate quiet sounds on the way to the booth, and the floor agent takes it for a dead
// microphone of an interpreter.

import { AudioPresets, Track, type TrackPublishOptions } from "livekit-client";

export const FULLBAND: TrackPublishOptions = {
  audioPreset: AudioPresets.music,
  dtx: false,
  red: true,
  forceStereo: false,
  source: Track.Source.Microphone,
  name: "microphone",
};
