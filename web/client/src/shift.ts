// How long an interpreter has still to work before they change; pure, fed with times.

const WARNING_S = 60;

export interface Shift {
  leftS: number;
  isEnding: boolean;
  isOver: boolean;
}

/** Where nobody has chosen another length. */
export const SHIFT_MINUTES = 20;

/** A shift that began at `sinceS`; before one begins it is whole. */
export function shiftOf(minutes: number, sinceS: number | null, nowS: number): Shift {
  const leftS = minutes * 60 - (sinceS === null ? 0 : nowS - sinceS);
  return { leftS: Math.max(0, leftS), isEnding: leftS <= WARNING_S, isOver: leftS <= 0 };
}
