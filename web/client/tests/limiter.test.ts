import assert from "node:assert/strict";
import { test } from "node:test";
import { Limiter } from "../src/limiter.ts";

const RATE_HZ = 48_000;
const CEILING = 10 ** (-1 / 20);
const BLOCK = 128;

/** As the audio thread does: in blocks of 128 frames. */
function limit(channels: Float32Array[]): Float32Array[] {
  const limiter = new Limiter(RATE_HZ);
  const frames = channels[0]?.length ?? 0;
  const limited = channels.map(() => new Float32Array(frames));
  for (let at = 0; at < frames; at += BLOCK) {
    limiter.process(
      channels.map((channel) => channel.subarray(at, at + BLOCK)),
      limited.map((channel) => channel.subarray(at, at + BLOCK)),
    );
  }
  return limited;
}

const tone = (seconds: number, hz: number, level: (second: number) => number): Float32Array =>
  Float32Array.from({ length: seconds * RATE_HZ }, (_, index) => level(index / RATE_HZ) * Math.sin((2 * Math.PI * hz * index) / RATE_HZ));
/** At a quarter of the rate, an eighth of a period off: the samples say 0 dBFS, the wave between them 3 dB more. */
const between = (seconds: number): Float32Array =>
  Float32Array.from({ length: seconds * RATE_HZ }, (_, index) => Math.SQRT2 * Math.sin((Math.PI * index) / 2 + Math.PI / 4));
/** Always the same. */
const noise = (seconds: number, level: number): Float32Array => {
  let state = 1;
  return Float32Array.from({ length: seconds * RATE_HZ }, () => {
    state = (state * 16_807) % 2_147_483_647;
    return level * (state / 1_073_741_823.5 - 1);
  });
};
const peak = (samples: Float32Array): number => samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
const firstAbove = (samples: Float32Array, level: number): number => samples.findIndex((sample) => Math.abs(sample) > level);

for (const [name, samples] of [
  ["a burst at full scale", tone(1, 997, (second) => (second > 0.5 && second < 0.6 ? 1 : 0))],
  ["four times full scale", tone(1, 997, (second) => (second > 0.5 ? 4 : 0.1))],
  ["a square wave at full scale", tone(1, 100, () => 1).map(Math.sign)],
  ["a square wave that bursts out of silence", tone(1, 3000, (second) => (second > 0.5 && second < 0.51 ? 1 : 0)).map(Math.sign)],
  ["bursts closer than the release", tone(1, 5000, (second) => ((second * 100) % 3 < 1 ? 1.5 : 0.3))],
  ["a tone whose peaks lie between the samples", between(1)],
  ["full scale with an offset", tone(1, 50, () => 1).map((sample) => sample + 0.9)],
  ["noise far above full scale", noise(1, 3)],
  ["one sample", Float32Array.from({ length: 4800 }, (_, index) => (index === 2400 ? 1 : 0))],
  ["clicks of all heights", Float32Array.from({ length: RATE_HZ }, (_, index) => (index % 61 === 0 ? (index % 17) / 8 : 0.2))],
] as [string, Float32Array][]) {
  test(`${name} never exceeds the ceiling`, () => {
    const [limited] = limit([samples]);

    assert.ok(limited && peak(limited) <= CEILING + 1e-6);
    assert.ok(limited && peak(limited) > 0.1);
  });
}

test("sound comes out less than 3 ms later", () => {
  const samples = tone(1, 997, (second) => (second >= 0.5 ? 1 : 0));
  const [limited] = limit([samples]);

  const delayMs = ((firstAbove(limited ?? samples, 0.01) - firstAbove(samples, 0.01)) / RATE_HZ) * 1000;
  assert.ok(delayMs > 0 && delayMs < 3, `${delayMs} ms`);
});

test("what is below the ceiling leaves as it came", () => {
  const samples = tone(0.5, 440, () => 0.5);
  const [limited] = limit([samples]);
  const delay = new Limiter(RATE_HZ).delaySamples;

  const moved = samples.subarray(0, samples.length - delay).findIndex((sample, index) => Math.abs(sample - (limited?.[index + delay] ?? 9)) > 1e-7);
  assert.equal(moved, -1);
});

test("after a bang the sound is back at its own level within half a second", () => {
  const samples = tone(1.5, 440, (second) => (second < 0.1 ? 2 : 0.5));
  const [limited] = limit([samples]);

  assert.ok(limited && peak(limited.subarray(0.6 * RATE_HZ)) > 0.495);
});

test("both ears get the same gain", () => {
  const [left, right] = limit([tone(0.5, 440, () => 2), tone(0.5, 440, () => 0.2)]);

  assert.ok(left && right && left.every((sample, index) => Math.abs(sample / 10 - (right[index] ?? 9)) < 1e-3));
});

test("a broken sample does not silence the rest", () => {
  const samples = tone(0.5, 440, () => 0.5);
  samples[100] = NaN;
  samples[101] = Infinity;
  const [limited] = limit([samples]);

  assert.ok(limited && limited.every(Number.isFinite) && peak(limited.subarray(12_000)) > 0.45);
});
