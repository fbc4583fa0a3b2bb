// What an interpreter does by a key: one line an action, with the key that it has until they choose another. Pure.
//
// To add one: a line here, its words `action_<id>` among the console's strings, its handler in `console_screen.ts`, and
// `<kbd data-action="<id>"></kbd>` on its button.

interface Line {
  readonly id: string;
  /** As `console_keys.ts` names keys. */
  readonly key: string;
  /** It lasts while the key is held. */
  readonly isHeld?: true;
}

const COMMANDS = [
  { id: "air", key: "m" },
  { id: "cough", key: "c", isHeld: true },
  { id: "talk", key: "t", isHeld: true },
  { id: "chat", key: "b" },
  { id: "hold", key: "h" },
  { id: "handover_begin", key: "o" },
  { id: "handover_accept", key: "y" },
  { id: "handover_refuse", key: "n" },
  { id: "captions", key: "l" },
  { id: "swap_incoming", key: "r" },
  { id: "swap_outgoing", key: "s" },
  { id: "preset_1", key: "q", isHeld: true },
  { id: "preset_2", key: "w", isHeld: true },
  { id: "preset_3", key: "e", isHeld: true },
  { id: "technician", key: "x", isHeld: true },
  { id: "keys", key: "k" },
] as const satisfies readonly Line[];

/** Places in the row of what can be heard. */
export const SLOTS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;

export type Command = (typeof COMMANDS)[number]["id"];
export type Slot = (typeof SLOTS)[number];
export type ActionId = Command | `in_${Slot}`;

export interface Action {
  id: ActionId;
  key: string;
  isHeld: boolean;
  /** The place that it hears; null: it is a command. */
  slot: Slot | null;
}

export const ACTIONS: readonly Action[] = [
  ...COMMANDS.map((line) => ({ isHeld: false, slot: null, ...line })),
  ...SLOTS.map((slot) => ({ id: `in_${slot}` as const, key: slot, isHeld: false, slot })),
];
