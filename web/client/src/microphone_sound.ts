// What is done to the sound of a microphone: what is asked of the browser, and what it does. Pure.
//
// Interpreters and recognisers need the whole voice: noise suppression and gain control are never asked for. Echoes are
// taken out only where a loudspeaker may be heard, which nobody but the person can know.

/** As the server knows it; empty: not known. */
export type Sound = "" | "headset" | "no_echo" | "altered";

export function treatmentFor(hasHeadset: boolean): MediaTrackConstraints {
  return { echoCancellation: !hasHeadset, noiseSuppression: false, autoGainControl: false, sampleRate: 48_000 };
}

/** What came of it: some browsers and devices alter the sound whatever they are asked. */
export function soundOf({ echoCancellation, noiseSuppression, autoGainControl }: MediaTrackSettings): Sound {
  if (noiseSuppression === true || autoGainControl === true) return "altered";
  return isOn(echoCancellation) ? "no_echo" : "headset";
}

/** Newer browsers name what they cancel. */
const isOn = (setting: unknown): boolean => setting !== undefined && setting !== false;

/** What a console says of a speaker's sound, as a key of its strings; empty: nothing is known. */
export function soundWords(sound: string | undefined): string {
  return sound === "headset" || sound === "no_echo" || sound === "altered" ? `sound_${sound}` : "";
}
