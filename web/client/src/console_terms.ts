// The line of terms on the console: fetched for the direction that one interprets, anew when a glossary changes.

import { glossaryOf, Refused, Unreachable, type Grant } from "./api.ts";
import type { CaptionFrame } from "./captions.ts";
import { element } from "./config.ts";
import { recent } from "./facts.ts";
import { glossariesOf } from "./state.ts";
import { Terms, type Term } from "./terms.ts";

const MOST = 4;
/** What occurred before is in the past of an interpreter. */
const RECENT_S = 60;
const AGAIN_S = 5;

export class ConsoleTerms {
  #terms = new Terms([]);
  #direction = { source: "", target: "" };
  /** What was asked for last: room, direction, versions. */
  #asked = "";
  #askAgainS = 0;
  /** The newest frames whose rows stand there. */
  #newest: (CaptionFrame | undefined)[] = [];

  /** Follow what is said and interpreted now; asks the server only where it must. */
  follow(grant: Grant | null, metadata: string, source: string, target: string, nowS: number): void {
    if (grant === null) return;
    const versions = source === target ? "" : glossariesOf(metadata);
    const wanted = [grant.room, source, target, versions].join("\n");
    if (wanted === this.#asked && (this.#askAgainS === 0 || nowS < this.#askAgainS)) return;
    this.#asked = wanted;
    this.#askAgainS = 0;
    this.#direction = { source, target };
    if (versions === "") this.#take([]);
    else void this.#ask(grant, source, target, wanted, nowS);
  }

  /** Looked for only when something has been said since. */
  draw(floor: CaptionFrame[], target: CaptionFrame[]): void {
    const newest = [floor.at(-1), target.at(-1)];
    if (this.#terms.size === 0 || newest.every((frame, index) => frame === this.#newest[index])) return;
    this.#newest = newest;
    const found = this.#terms.last(recent(floor, RECENT_S), recent(target, RECENT_S), MOST);
    element("terms").replaceChildren(...found.map((row) => drawn(row, this.#direction.source, this.#direction.target)));
  }

  async #ask(grant: Grant, source: string, target: string, wanted: string, nowS: number): Promise<void> {
    try {
      const rows = await glossaryOf(grant, source, target);
      if (wanted === this.#asked) this.#take(rows);
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof Unreachable)) throw error;
      if (wanted === this.#asked) this.#askAgainS = nowS + AGAIN_S;
    }
  }

  #take(rows: Term[]): void {
    this.#terms = new Terms(rows);
    this.#newest = [];
    element("terms-line").hidden = rows.length === 0;
    element("terms").replaceChildren();
  }
}

function drawn(row: Term, source: string, target: string): HTMLElement {
  const item = document.createElement("li");
  const term = part("term-said", row.term, source);
  const rendering = part("term-rendering", row.rendering, target);
  item.append(term, " → ", rendering, ...(row.note ? [" ", part("term-note", row.note, "")] : []));
  return item;
}

function part(name: string, text: string, language: string): HTMLElement {
  const element = document.createElement("span");
  element.className = name;
  element.textContent = text;
  element.dir = "auto";
  if (language !== "") element.lang = language;
  return element;
}
