// Runs the limiter on the browser's audio thread; console_sound.ts puts it before the headphones.

import { Limiter } from "./limiter.ts";

// The audio thread's own globals, which TypeScript's DOM library leaves out.
declare const sampleRate: number;
declare class AudioWorkletProcessor {}
declare function registerProcessor(name: string, processor: typeof AudioWorkletProcessor): void;

class LimiterProcessor extends AudioWorkletProcessor {
  readonly #limiter = new Limiter(sampleRate);

  process([input = []]: Float32Array[][], [output = []]: Float32Array[][]): boolean {
    this.#limiter.process(input, output);
    return true;
  }
}

registerProcessor("limiter", LimiterProcessor);
