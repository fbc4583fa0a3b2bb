// The speaker's page: only this module touches it.

import { CaptionPane } from "./caption_pane.ts";
import type { CaptionFrame } from "./captions.ts";
import { element, type Config } from "./config.ts";
import type { Device } from "./devices.ts";
import { barOf, type Hearing } from "./level.ts";
import { recall, remember } from "./memory.ts";
import { Phrases } from "./phrases.ts";
import type { Phrase } from "./words.ts";

export interface Actions {
  onStart(): void;
  onStop(): void;
  onMute(): void;
  onLanguage(tag: string): void;
  onMicrophone(id: string): void;
  onHeadset(): void;
}

export type Stage = "before" | "starting" | "speaking";

export class SpeakScreen {
  readonly #phrases: Phrases;
  readonly #pane: CaptionPane;
  readonly #config: Config;
  readonly #name = element<HTMLInputElement>("name");
  readonly #language = element<HTMLSelectElement>("spoken");
  readonly #headset = element<HTMLInputElement>("headset");
  readonly #microphone = element<HTMLSelectElement>("microphone");

  constructor(config: Config, actions: Actions) {
    this.#config = config;
    this.#phrases = new Phrases(config.strings);
    const toLive = element<HTMLButtonElement>("to-live");
    this.#pane = new CaptionPane(element("captions"), element("lines"), false, (isFollowing) => {
      toLive.hidden = isFollowing;
    });
    toLive.addEventListener("click", () => this.#pane.backToLive());
    this.#name.value = recall("name") ?? "";
    this.#name.addEventListener("input", () => remember("name", this.#name.value));
    const spoken = recall("spoken");
    if (config.languages.some(({ tag }) => tag === spoken)) this.#language.value = spoken ?? "";
    this.#language.addEventListener("change", () => {
      remember("spoken", this.#language.value);
      actions.onLanguage(this.#language.value);
    });
    this.#headset.checked = recall("headset") === "yes";
    this.#headset.addEventListener("change", () => {
      remember("headset", this.#headset.checked ? "yes" : "no");
      actions.onHeadset();
    });
    this.#microphone.addEventListener("change", () => actions.onMicrophone(this.#microphone.value));
    element<HTMLFormElement>("start-form").addEventListener("submit", (event) => {
      event.preventDefault();
      actions.onStart();
    });
    element("mute").addEventListener("click", () => actions.onMute());
    element("stop").addEventListener("click", () => actions.onStop());
  }

  get name(): string {
    return this.#name.value.trim() || this.#phrases.say("speaker");
  }

  get language(): string {
    return this.#language.value;
  }

  get hasHeadset(): boolean {
    return this.#headset.checked;
  }

  get microphone(): string {
    return this.#microphone.value;
  }

  drawLanguage(): void {
    const language = this.#config.languages.find(({ tag }) => tag === this.language);
    this.#pane.setLanguage(this.language, language?.direction ?? "ltr");
  }

  drawStage(stage: Stage): void {
    document.body.dataset.stage = stage;
    element<HTMLButtonElement>("start").disabled = stage === "starting";
    element("start-label").textContent = this.#phrases.say(stage === "starting" ? "starting_mic" : "start");
    element("mute").hidden = stage !== "speaking";
    element("stop").hidden = stage === "before";
    element("start").hidden = stage === "speaking";
    this.#name.disabled = stage !== "before";
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
    this.#pane.draw(finals, open);
    element("empty").hidden = finals.length + open.length > 0;
  }

  drawLive(phrase: Phrase): void {
    this.#phrases.draw(element("live"), phrase);
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
    element("mute-icon").setAttribute("href", `/static/dist/icons.svg#${isMuted ? "mic-off" : "mic"}`);
  }
}
