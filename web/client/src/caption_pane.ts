// Draws captions into one scrolling pane.

import type { CaptionFrame } from "./captions.ts";
import { LiveEnd } from "./live_end.ts";
import { clock, gapBetween, paragraphs, splitStable, unsteered, type Paragraph } from "./paragraphs.ts";

interface Piece {
  root: HTMLElement;
  stable: Text;
  open: HTMLElement;
}

interface Line {
  root: HTMLElement;
  words: HTMLElement;
  pieces: Map<string, Piece>;
}

export class CaptionPane {
  readonly #end: LiveEnd;
  readonly #list: HTMLElement;
  readonly #lines = new Map<string, Line>();
  readonly #hasTimes: boolean;
  #language = "";
  #direction = "ltr";

  /** `onFollowing` tells when the reader leaves the live end, and when they are back. */
  constructor(scroller: HTMLElement, list: HTMLElement, hasTimes: boolean, onFollowing: (is: boolean) => void) {
    this.#end = new LiveEnd(scroller, onFollowing);
    this.#list = list;
    this.#hasTimes = hasTimes;
  }

  /** Begin anew, for captions of this language. */
  setLanguage(language: string, direction: string): void {
    this.#language = language;
    this.#direction = direction;
    this.#lines.clear();
    this.#list.replaceChildren();
    this.backToLive();
  }

  /** Show exactly these segments. */
  draw(finals: CaptionFrame[], open: CaptionFrame[]): void {
    const flow = paragraphs(finals, open);
    const keys = new Set(flow.map(({ key }) => key));
    for (const [key, line] of this.#lines) {
      if (keys.has(key)) continue;
      line.root.remove();
      this.#lines.delete(key);
    }
    let before: HTMLElement | null = null;
    for (const paragraph of flow) {
      const line = this.#lines.get(paragraph.key) ?? this.#addLine(paragraph);
      const next: ChildNode | null = before === null ? this.#list.firstChild : before.nextSibling;
      if (line.root !== next) this.#list.insertBefore(line.root, next);
      before = line.root;
      this.#drawLine(line, paragraph);
    }
    this.#end.follow();
  }

  backToLive(): void {
    this.#end.goBack();
  }

  #addLine(paragraph: Paragraph): Line {
    const root = document.createElement("p");
    root.className = "line";
    root.lang = this.#language;
    root.dir = this.#direction;
    if (this.#hasTimes) root.append(span("line-time", clock(paragraph.startS)));
    if (this.#hasTimes || paragraph.isNewSpeaker) root.append(nameOf(paragraph.speaker));
    const words = span("line-words", "");
    root.append(words);
    const line = { root, words, pieces: new Map<string, Piece>() };
    this.#lines.set(paragraph.key, line);
    return line;
  }

  #drawLine(line: Line, paragraph: Paragraph): void {
    const ids = new Set(paragraph.pieces.map(({ segment }) => segment));
    for (const [segment, piece] of line.pieces) {
      if (ids.has(segment)) continue;
      piece.root.remove();
      line.pieces.delete(segment);
    }
    paragraph.pieces.forEach((frame, index) => {
      const piece = line.pieces.get(frame.segment) ?? addPiece(line, frame.segment);
      nameLanguage(piece.root, frame);
      const there = line.words.childNodes[index] ?? null;
      if (there !== piece.root) line.words.insertBefore(piece.root, there);
      drawPiece(piece, frame, gapBetween(paragraph.pieces[index - 1]?.text ?? "", frame.text));
    });
  }
}

function span(name: string, words: string): HTMLElement {
  const element = document.createElement("span");
  element.className = name;
  element.textContent = words;
  return element;
}

/** A name reads in its own direction, and turns nothing that follows it. */
function nameOf(speaker: string): HTMLElement {
  const element = span("line-speaker", speaker);
  element.dir = "auto";
  return element;
}

function addPiece(line: Line, segment: string): Piece {
  const root = span("piece", "");
  root.dataset.segment = segment;
  const stable = document.createTextNode("");
  const open = span("piece-open", "");
  root.append(stable, open);
  const piece = { root, stable, open };
  line.pieces.set(segment, piece);
  return piece;
}

/** Words that nobody translated are read, and run, as their own language is. */
function nameLanguage(root: HTMLElement, frame: CaptionFrame): void {
  const isForeign = frame.textLanguage !== frame.language;
  if (isForeign === root.hasAttribute("lang")) return;
  root.toggleAttribute("lang", isForeign);
  root.toggleAttribute("dir", isForeign);
  if (isForeign) [root.lang, root.dir] = [frame.textLanguage, "auto"];
}

function drawPiece(piece: Piece, frame: CaptionFrame, gap: string): void {
  const [stable, open] = splitStable(frame).map(unsteered) as [string, string];
  const words = gap + stable;
  if (piece.stable.data !== words) piece.stable.data = words;
  if (piece.open.textContent !== open) piece.open.textContent = open;
  piece.root.dataset.final = String(frame.isFinal);
}
