// The room's clock, which the server's programs share, on a machine whose own clock may be minutes wrong. Pure.

export class RoomClock {
  #aheadS = -Infinity;

  /** A message said `atS` when it was sent; the one that came fastest tells best. `nowS`: any steady clock. */
  hear(atS: number, nowS: number): void {
    this.#aheadS = Math.max(this.#aheadS, atS - nowS);
  }

  /** `guessS` holds until something was heard. */
  at(nowS: number, guessS: number): number {
    return this.#aheadS === -Infinity ? guessS : nowS + this.#aheadS;
  }

  /** Another session counts from another zero. */
  clear(): void {
    this.#aheadS = -Infinity;
  }
}
