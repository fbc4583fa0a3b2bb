// A scrolling pane that stays at its end until the reader scrolls back.

const AT_END_PX = 24;

export class LiveEnd {
  readonly #scroller: HTMLElement;
  readonly #onFollowing: (isFollowing: boolean) => void;
  #isFollowing = true;
  #isDrawing = false;

  /** `onFollowing` tells when the reader leaves the end, and when they are back. */
  constructor(scroller: HTMLElement, onFollowing: (isFollowing: boolean) => void) {
    this.#scroller = scroller;
    this.#onFollowing = onFollowing;
    scroller.addEventListener("scroll", () => this.#noticeScroll(), { passive: true });
    new ResizeObserver(() => this.follow()).observe(scroller);
  }

  get isFollowing(): boolean {
    return this.#isFollowing;
  }

  /** Call when the pane has more to show. */
  follow(): void {
    if (!this.#isFollowing) return;
    this.#isDrawing = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    requestAnimationFrame(() => (this.#isDrawing = false));
  }

  /** To the end, and stay there. */
  goBack(): void {
    this.#setFollowing(true);
    this.follow();
  }

  #noticeScroll(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const isAtEnd = scrollHeight - clientHeight - scrollTop < AT_END_PX;
    if (isAtEnd || !this.#isDrawing) this.#setFollowing(isAtEnd);
  }

  #setFollowing(isFollowing: boolean): void {
    if (isFollowing === this.#isFollowing) return;
    this.#isFollowing = isFollowing;
    this.#onFollowing(isFollowing);
  }
}
