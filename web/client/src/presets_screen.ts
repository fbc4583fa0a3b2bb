// The three presets on the desk: their buttons and keys, and what this device remembers of them.

import { element } from "./config.ts";
import { listenToHold } from "./hold_button.ts";
import { FLOOR } from "./incoming.ts";
import { recall, remember } from "./memory.ts";
import type { Phrases } from "./phrases.ts";
import { decodePresets, keep, PRESETS, type Preset, type Presets } from "./presets.ts";
import { phrase } from "./console_words.ts";
import type { Phrase } from "./words.ts";

/** So long a preset is held to keep what is heard. */
const KEEP_MS = 1000;

export interface PresetActions {
  /** What is heard now. */
  incoming(): string;
  onIncoming(tag: string): void;
  nameOf(tag: string): string;
  announce(words: Phrase): void;
}

export class PresetsScreen {
  readonly #phrases: Phrases;
  readonly #actions: PresetActions;
  readonly #memory: string;
  #presets: Presets;
  #held: { preset: Preset; timer: ReturnType<typeof setTimeout> } | null = null;

  constructor(phrases: Phrases, meetingId: string, known: string[], actions: PresetActions) {
    this.#phrases = phrases;
    this.#actions = actions;
    this.#memory = `console.presets.${meetingId}`;
    this.#presets = decodePresets(recall(this.#memory), [FLOOR, ...known]);
    for (const preset of PRESETS) listenToHold(this.#button(preset), (isHeld) => this.press(preset, isHeld));
    this.draw();
  }

  /** A key or the button goes down, or is let go. */
  press(preset: Preset, isDown: boolean): void {
    if (isDown && this.#held === null) {
      this.#held = { preset, timer: setTimeout(() => this.#keep(preset), KEEP_MS) };
    } else if (!isDown && this.#held?.preset === preset) {
      clearTimeout(this.#held.timer);
      this.#held = null;
      this.#hear(preset);
    }
  }

  draw(): void {
    for (const preset of PRESETS) {
      const tag = this.#presets[preset];
      const name = this.#button(preset).querySelector<HTMLElement>(".preset-name");
      if (name) this.#phrases.draw(name, tag === null ? phrase("preset_empty") : phrase("said", "calm", { sentence: this.#actions.nameOf(tag) }));
      this.#button(preset).setAttribute("aria-pressed", String(tag === this.#actions.incoming()));
    }
  }

  #keep(preset: Preset): void {
    this.#held = null;
    const tag = this.#actions.incoming();
    this.#presets = keep(this.#presets, preset, tag);
    remember(this.#memory, JSON.stringify(this.#presets));
    this.#actions.announce(phrase("preset_kept", "calm", { number: preset, name: this.#actions.nameOf(tag) }));
    this.draw();
  }

  #hear(preset: Preset): void {
    const tag = this.#presets[preset];
    if (tag !== null) return this.#actions.onIncoming(tag);
    this.#actions.announce(phrase("preset_how", "calm", { number: preset }));
  }

  #button = (preset: Preset): HTMLElement => element(`preset-${preset}`);
}
