// The speaker's page: only this module touches it.

import type { CaptionFrame } from "./captions.ts";
import { element, type Config } from "./config.ts";
import type { Device } from "./devices.ts";
import { FloorForm, type FloorActions } from "./floor_form.ts";
import { barOf, type Hearing } from "./level.ts";
import { recall, remember } from "./memory.ts";
import { drawIcon, Phrases } from "./phrases.ts";
import type { Phrase } from "./words.ts";

export interface Actions extends FloorActions {
  onStop(): void;
  onMute(): void;
  onMicrophone(id: string): void;
  onHeadset(): void;
}

export type Stage = "before" | "starting" | "speaking";

export class SpeakScreen {
  readonly #phrases: Phrases;
  readonly #floor: FloorForm;
  readonly #headset = element<HTMLInputElement>("headset");
  readonly #microphone = element<HTMLSelectElement>("microphone");

  constructor(config: Config, actions: Actions) {
    this.#phrases = new Phrases(config.strings);
    this.#floor = new FloorForm(config, this.#phrases, actions);
    this.#headset.checked = recall("headset") === "yes";
    this.#headset.addEventListener("change", () => {
      remember("headset", this.#headset.checked ? "yes" : "no");
      actions.onHeadset();
    });
    this.#microphone.addEventListener("change", () => actions.onMicrophone(this.#microphone.value));
    element("mute").addEventListener("click", () => actions.onMute());
    element("stop").addEventListener("click", () => actions.onStop());
  }

  get name(): string {
    return this.#floor.name || this.#phrases.say("speaker");
  }

  get language(): string {
    return this.#floor.language;
  }

  get hasHeadset(): boolean {
    return this.#headset.checked;
  }

  get microphone(): string {
    return this.#microphone.value;
  }

  drawLanguage(): void {
    this.#floor.drawLanguage();
  }

  drawStage(stage: Stage): void {
    document.body.dataset.stage = stage;
    element<HTMLButtonElement>("start").disabled = stage === "starting";
    element("start-label").textContent = this.#phrases.say(stage === "starting" ? "starting_mic" : "start");
    element("mute").hidden = stage !== "speaking";
    element("stop").hidden = stage === "before";
    element("start").hidden = stage === "speaking";
    this.#floor.lockName(stage !== "before");
  }

  drawMicrophones(devices: Device[], chosen: string): void {
    const options = devices.map(({ id, label }, index) => {
      const words = label || this.#phrases.say("microphone_number", { number: String(index + 1) });
      return new Option(words, id, false, id === chosen);
    });
    this.#microphone.replaceChildren(new Option(this.#phrases.say("default_microphone"), ""), ...options);
    this.#microphone.value = devices.some(({ id }) => id === chosen) ? chosen : "";
  }

  drawCaptions(finals: CaptionFrame[], open: CaptionFrame[]): void {
    this.#floor.drawCaptions(finals, open);
  }

  drawLive(phrase: Phrase): void {
    this.#floor.drawLive(phrase);
  }

  drawNotice(phrase: Phrase | null): void {
    this.#phrases.draw(element("notice"), phrase);
  }

  drawLevel(rms: number, hearing: Hearing | "muted"): void {
    element<HTMLMeterElement>("level").value = hearing === "muted" ? 0 : barOf(rms);
    this.#phrases.draw(element("level-words"), {
      key: `level_${hearing}`,
      values: {},
      tone: hearing === "good" ? "live" : hearing === "silent" || hearing === "loud" ? "caution" : "calm",
    });
  }

  drawMuted(isMuted: boolean): void {
    element("mute").setAttribute("aria-pressed", String(isMuted));
    element("mute-label").textContent = this.#phrases.say(isMuted ? "unmute" : "mute");
    drawIcon("mute-icon", isMuted ? "mic-off" : "mic");
  }
}
