// A button that works while it is held: by a pointer, or by the keys that press a button.

import { onKeysLost } from "./keys_lost.ts";

const LEFT = 0;

export function listenToHold(button: HTMLElement, hold: (isHeld: boolean) => void): void {
  let isKeyDown = false;
  const letKeyGo = (): void => {
    if (!isKeyDown) return;
    isKeyDown = false;
    hold(false);
  };
  button.addEventListener("pointerdown", (event) => {
    // Another button opens a menu, which keeps it to itself that it is let go.
    if (event.button !== LEFT) return;
    button.setPointerCapture(event.pointerId);
    hold(true);
  });
  button.addEventListener("lostpointercapture", () => hold(false));
  const isPress = ({ key }: KeyboardEvent): boolean => key === " " || key === "Enter";
  button.addEventListener("keydown", (event) => {
    if (!isPress(event) || event.repeat) return;
    isKeyDown = true;
    hold(true);
  });
  button.addEventListener("keyup", (event) => void (isPress(event) && letKeyGo()));
  // Where the focus goes, there goes the key that is let go: it would be held for ever.
  button.addEventListener("blur", letKeyGo);
  onKeysLost(letKeyGo);
}
