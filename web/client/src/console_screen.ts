// The desk of the booth: draws it, and turns presses and keys into what the interpreter wants.

import { ACTIONS, type ActionId, type Command } from "./actions.ts";
import { element, type Language } from "./config.ts";
import { ConsoleKeyboard } from "./console_keyboard.ts";
import type { LampWords, PartnerWords } from "./console_words.ts";
import { listenToHold } from "./hold_button.ts";
import type { Source } from "./incoming.ts";
import type { Lamp } from "./lamp.ts";
import { KeysDialog } from "./keys_dialog.ts";
import { recall, remember } from "./memory.ts";
import { clock } from "./paragraphs.ts";
import { drawText, type Phrases } from "./phrases.ts";
import type { Preset } from "./presets.ts";
import type { Shift } from "./shift.ts";
import type { Phrase } from "./words.ts";

export interface DeskActions {
  onAir(): void;
  onCough(isHeld: boolean): void;
  onTalk(isHeld: boolean): void;
  onWrite(): void;
  onHold(): void;
  onCaptions(): void;
  onIncoming(tag: string): void;
  onSwapIncoming(): void;
  onOutgoing(tag: string): void;
  onSwapOutgoing(): void;
  onTone(): void;
  onShift(minutes: number): void;
  /** The keys of a handover. */
  onBegin(): void;
  onAccept(): void;
  onRefuse(): void;
  onPreset(preset: Preset, isDown: boolean): void;
  onTechnician(isDown: boolean): void;
  onLeave(): void;
}

export type Stage = "check" | "booth" | "ended";
const TONES = ["volume", "bass", "treble"] as const;

export class ConsoleScreen {
  readonly #phrases: Phrases;
  readonly #names: Map<string, Language>;
  readonly #actions: DeskActions;
  readonly #commands: Record<Command, (isDown: boolean) => void>;
  readonly #keyboard: ConsoleKeyboard;
  #sources: Source[] = [];

  constructor(phrases: Phrases, languages: Language[], actions: DeskActions) {
    this.#phrases = phrases;
    this.#names = new Map(languages.map((language) => [language.tag, language]));
    this.#actions = actions;
    this.#keyboard = new ConsoleKeyboard(() => this.stage === "booth", (id, isDown) => this.#act(id, isDown));
    const keysDialog = new KeysDialog(phrases, this.#keyboard);
    this.#commands = {
      air: () => actions.onAir(),
      cough: (isDown) => actions.onCough(isDown),
      talk: (isDown) => actions.onTalk(isDown),
      chat: () => actions.onWrite(),
      hold: () => actions.onHold(),
      handover_begin: () => actions.onBegin(),
      handover_accept: () => actions.onAccept(),
      handover_refuse: () => actions.onRefuse(),
      captions: () => actions.onCaptions(),
      swap_incoming: () => actions.onSwapIncoming(),
      swap_outgoing: () => actions.onSwapOutgoing(),
      preset_1: (isDown) => actions.onPreset("1", isDown),
      preset_2: (isDown) => actions.onPreset("2", isDown),
      preset_3: (isDown) => actions.onPreset("3", isDown),
      technician: (isDown) => actions.onTechnician(isDown),
      keys: () => keysDialog.toggle(),
    };
    element("air").addEventListener("click", () => actions.onAir());
    element("hold").addEventListener("click", () => actions.onHold());
    element("captions").addEventListener("click", () => actions.onCaptions());
    element("leave").addEventListener("click", () => actions.onLeave());
    document.getElementById("swap")?.addEventListener("click", () => actions.onSwapOutgoing());
    for (const radio of this.#outgoing()) radio.addEventListener("change", () => actions.onOutgoing(radio.value));
    for (const id of TONES) this.#rememberValue(element<HTMLInputElement>(id), "input", () => actions.onTone());
    const shift = element<HTMLSelectElement>("shift-minutes");
    shift.addEventListener("change", () => actions.onShift(Number(shift.value)));
    listenToHold(element("cough"), (isHeld) => actions.onCough(isHeld));
    // A window that loses the pointer never hears that it is let go.
    addEventListener("blur", () => {
      actions.onCough(false);
      actions.onTalk(false);
    });
  }

  get tone(): { volume: number; bass: number; treble: number } {
    const [volume, bass, treble] = TONES.map((id) => element<HTMLInputElement>(id).valueAsNumber);
    return { volume: volume ?? 0, bass: bass ?? 0, treble: treble ?? 0 };
  }

  /** The present key of an action, as its button shows it; the action's name where it has none. */
  keyOf(id: ActionId): string {
    return this.#keyboard.printOf(id) || this.#phrases.say(`action_${id}`);
  }

  get stage(): Stage {
    return document.body.dataset.stage as Stage;
  }

  drawStage(stage: Stage): void {
    document.body.dataset.stage = stage;
    element("check").hidden = stage !== "check";
    element("ended").hidden = stage !== "ended";
    for (const part of document.querySelectorAll<HTMLElement>(".in-booth")) part.hidden = stage !== "booth";
    if (stage === "booth") element("air").focus();
  }

  /** Nothing goes on by itself: say why, and offer to begin anew. */
  drawEnded(why: Phrase, canOpen: boolean): void {
    this.drawStage("ended");
    this.#phrases.draw(element("ended-words"), why);
    this.#phrases.draw(element("notice"), null);
    element("again").hidden = !canOpen;
    this.announce(why);
  }

  drawLive(phrase: Phrase): void {
    this.#phrases.draw(element("live"), phrase);
  }

  drawNotice(phrase: Phrase | null): void {
    this.#phrases.draw(element("notice"), phrase);
  }

  /** For who does not see the lamp; an open dialog silences what is outside it, so each has its own voice. */
  announce(...phrases: Phrase[]): void {
    const words = phrases.map(({ key, values }) => this.#phrases.say(key, values)).join(" ");
    for (const voice of document.querySelectorAll(".announce")) voice.textContent = words;
  }

  drawLamp(lamp: Lamp, isArmed: boolean, isMine: boolean, words: LampWords): void {
    const air = element("air");
    air.dataset.lamp = isArmed ? "armed" : lamp.kind;
    air.setAttribute("aria-pressed", String(isMine));
    this.#phrases.draw(element("air-word"), words.word);
    this.#phrases.draw(element("air-more"), words.more);
  }

  drawKeys(isCoughing: boolean, isHolding: boolean, areCaptionsWanted: boolean): void {
    const pressed = { cough: isCoughing, hold: isHolding, captions: areCaptionsWanted };
    for (const [id, is] of Object.entries(pressed)) element(id).setAttribute("aria-pressed", String(is));
  }

  drawOutgoing(tag: string): void {
    for (const radio of this.#outgoing()) radio.checked = radio.value === tag;
  }

  drawSources(sources: Source[], chosen: string): void {
    if (sources.map(({ tag }) => tag).join() !== this.#sources.map(({ tag }) => tag).join()) {
      element("incoming").replaceChildren(...sources.map((source) => this.#sourceChoice(source)));
      this.#keyboard.print(element("incoming"));
    }
    this.#sources = sources;
    sources.forEach(({ tag, words, name, isOwn }, index) => {
      const label = element("incoming").children[index];
      const radio = label?.querySelector("input");
      const hint = label?.querySelector<HTMLElement>(".source-hint");
      if (!radio || !hint) return;
      radio.checked = tag === chosen;
      radio.disabled = isOwn;
      this.#phrases.draw(hint, words === "" ? null : { key: words, values: { name }, tone: "calm" });
    });
  }

  nameOf(tag: string): string {
    return tag === "" ? this.#phrases.say("floor_name") : (this.#names.get(tag)?.endonym ?? tag);
  }

  drawPartners(partners: PartnerWords[]): void {
    const list = element("partners");
    while (list.children.length > partners.length) list.lastElementChild?.remove();
    partners.forEach(({ words, state }, index) => {
      const item = (list.children[index] as HTMLElement | undefined) ?? list.appendChild(document.createElement("li"));
      item.dataset.state = state;
      this.#phrases.draw(item, words);
    });
  }

  drawTimes(now: Date, elapsedS: number | null, shiftMinutes: number, shift: Shift, lag: Phrase | null): void {
    drawText("clock", now.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false }));
    drawText("elapsed", elapsedS === null ? "–" : clock(elapsedS));
    const minutes = element<HTMLSelectElement>("shift-minutes");
    if (minutes.value !== String(shiftMinutes)) minutes.value = String(shiftMinutes);
    drawText("shift-left", clock(shift.leftS));
    element("shift").dataset.tone = shift.isEnding ? "caution" : "calm";
    drawText("shift-words", shift.isOver ? this.#phrases.say("shift_over") : shift.isEnding ? this.#phrases.say("shift_ending") : "");
    this.#phrases.draw(element("lag"), lag);
  }

  #sourceChoice({ tag, key }: Source): HTMLElement {
    const label = document.createElement("label");
    label.className = "chip-choice";
    const radio = document.createElement("input");
    Object.assign(radio, { type: "radio", name: "incoming", value: tag });
    radio.addEventListener("change", () => this.#actions.onIncoming(tag));
    const [words, name, hint, print] = [span(""), span("source-name"), span("source-hint"), document.createElement("kbd")];
    name.textContent = this.nameOf(tag);
    if (tag !== "") name.lang = tag;
    if (key !== "") print.dataset.action = `in_${key}`;
    print.hidden = true;
    words.append(print, name, hint);
    label.append(radio, words);
    return label;
  }

  #outgoing(): NodeListOf<HTMLInputElement> {
    return document.querySelectorAll<HTMLInputElement>('input[name="outgoing"]');
  }

  #act(id: ActionId, isDown: boolean): void {
    const slot = ACTIONS.find((action) => action.id === id)?.slot ?? null;
    if (slot === null) return this.#commands[id as Command](isDown);
    const source = this.#sources.find(({ key }) => key === slot);
    if (source) this.#actions.onIncoming(source.tag);
  }

  #rememberValue(control: HTMLInputElement, event: string, changed: () => void): void {
    control.value = recall(`console.${control.id}`) ?? control.value;
    control.addEventListener(event, () => {
      remember(`console.${control.id}`, control.value);
      changed();
    });
  }
}

function span(name: string): HTMLElement {
  const element = document.createElement("span");
  element.className = name;
  return element;
}
