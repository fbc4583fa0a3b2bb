// Whether the floor agent still tells how the room is: what it told last is not so for ever. Pure; fed with times.

/** It tells every 500 ms; one that dies has another in its place within 5 s. */
const AWAY_S = 6;
/** A page that was put to sleep has missed what was told meanwhile: of a timer that is late so much counts. */
const MOST_S = 1;

export class FloorPulse {
  #untoldS = 0;
  #lookedS = Infinity;
  #hasTold = false;

  get isAway(): boolean {
    return this.#hasTold && this.#untoldS > AWAY_S;
  }

  /** It has told something. */
  told(): void {
    this.#hasTold = true;
    this.#untoldS = 0;
  }

  /** Time has passed; call it at least every second. */
  look(nowS: number): void {
    this.#untoldS += Math.min(Math.max(nowS - this.#lookedS, 0), MOST_S);
    this.#lookedS = nowS;
  }

  /** The room is entered: nothing could be told until now. `isFresh`: another session's. */
  enter(isFresh: boolean): void {
    this.#untoldS = 0;
    if (isFresh) this.#hasTold = false;
  }
}
