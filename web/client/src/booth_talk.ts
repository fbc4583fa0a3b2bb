// Whether an interpreter who holds the talk key is heard by their booth, and by nobody else. Pure.

export interface TalkSituation {
  isHeld: boolean;
  /** The cough key is held too. */
  isCoughing: boolean;
  /** The channel is theirs: without a cough the meeting would hear them. */
  isOurs: boolean;
  /** This press has already opened the way to the booth. */
  isOpen: boolean;
  hasMicrophone: boolean;
  /** How many colleagues are in the booth. */
  colleagues: number;
}

/** `on_air`: refused, since nobody may fall silent for listeners by a key that was meant for the booth. */
export type Talk = "closed" | "open" | "on_air" | "deaf" | "alone";

export function talkOf({ isHeld, isCoughing, isOurs, isOpen, hasMicrophone, colleagues }: TalkSituation): Talk {
  if (!isHeld) return "closed";
  if (!hasMicrophone) return "deaf";
  // What was begun goes on until the key is let go, also when the cough ends or the channel becomes theirs meanwhile:
  // the meeting's microphone stays closed as long.
  if (isOpen) return "open";
  if (colleagues === 0) return "alone";
  return isOurs && !isCoughing ? "on_air" : "open";
}
