// The screen before the booth: which microphone, whether it hears, a headset, and where sound is played.

import { element } from "./config.ts";
import { canChooseOutput } from "./console_sound.ts";
import { microphones, outputs, type Device } from "./devices.ts";
import { barOf, type Hearing } from "./level.ts";
import { recall, remember } from "./memory.ts";
import { treatmentFor } from "./microphone_sound.ts";
import type { Phrases } from "./phrases.ts";

export interface CheckActions {
  /** Another microphone, or the same one treated otherwise. */
  onMicrophone(): void;
  onOutput(id: string): void;
  onEnter(): void;
}

export class CheckScreen {
  readonly #phrases: Phrases;
  readonly #microphone = element<HTMLSelectElement>("microphone");
  readonly #output = element<HTMLSelectElement>("output");
  readonly #headset = element<HTMLInputElement>("headset");

  constructor(phrases: Phrases, actions: CheckActions) {
    this.#phrases = phrases;
    this.#headset.checked = recall("headset") === "yes";
    this.#headset.addEventListener("change", () => {
      remember("headset", this.#headset.checked ? "yes" : "no");
      actions.onMicrophone();
    });
    this.#microphone.addEventListener("change", () => actions.onMicrophone());
    this.#output.addEventListener("change", () => actions.onOutput(this.#output.value));
    element("retry").addEventListener("click", () => actions.onMicrophone());
    element("output-pair").hidden = !canChooseOutput();
    element("output-none").hidden = canChooseOutput();
    element<HTMLFormElement>("check").addEventListener("submit", (event) => {
      event.preventDefault();
      actions.onEnter();
    });
  }

  get microphone(): string {
    return this.#microphone.value;
  }

  get output(): string {
    return this.#output.value;
  }

  get treatment(): MediaTrackConstraints {
    return treatmentFor(this.#headset.checked);
  }

  async listDevices(opened: string): Promise<void> {
    this.#list(this.#microphone, await microphones(), "microphone_number", opened || this.microphone);
    this.#list(this.#output, await outputs(), "output_number", this.output);
  }

  drawCanRetry(canRetry: boolean): void {
    element("retry").hidden = !canRetry;
  }

  #list(select: HTMLSelectElement, devices: Device[], unnamed: string, chosen: string): void {
    const options = devices.map(({ id, label }, index) => {
      return new Option(label || this.#phrases.say(unnamed, { number: String(index + 1) }), id);
    });
    select.replaceChildren(new Option(this.#phrases.say("default_microphone"), ""), ...options);
    select.value = devices.some(({ id }) => id === chosen) ? chosen : "";
  }
}

/** On both screens: the level, and what it means. */
export function drawLevel(phrases: Phrases, rms: number, hearing: Hearing | "none"): void {
  const tone = hearing === "good" ? "live" : hearing === "waiting" || hearing === "quiet" ? "calm" : "caution";
  for (const id of ["level", "check-level"]) element<HTMLMeterElement>(id).value = hearing === "none" ? 0 : barOf(rms);
  for (const id of ["level-words", "check-words"]) phrases.draw(element(id), { key: `level_${hearing}`, values: {}, tone });
}
