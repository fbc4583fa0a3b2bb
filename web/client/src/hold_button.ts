// A button that works while it is held: by a pointer, or by the keys that press a button.

export function listenToHold(button: HTMLElement, hold: (isHeld: boolean) => void): void {
  button.addEventListener("pointerdown", (event) => {
    button.setPointerCapture(event.pointerId);
    hold(true);
  });
  button.addEventListener("lostpointercapture", () => hold(false));
  const isPress = ({ key }: KeyboardEvent): boolean => key === " " || key === "Enter";
  button.addEventListener("keydown", (event) => void (isPress(event) && hold(true)));
  button.addEventListener("keyup", (event) => void (isPress(event) && hold(false)));
}
