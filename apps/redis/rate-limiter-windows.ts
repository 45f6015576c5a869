/** What this process knows, from Redis, of the fixed windows under way; it saves Redis half of its work. */

/** The window of a subject. Times are by `performance.now()`. */
export interface KnownWindow {
  /** The window doesn't end before this. */
  readonly endsAfter: number;
  /** It has ended by then. */
  readonly endsBy: number;
  /** Costs above this are refused until the window ends: nothing makes room in it before. */
  readonly left: number;
}

/** A bounded number of windows; for a new one the oldest is forgotten, which costs a little speed and nothing else. */
export class KnownWindows {
  readonly #maxSubjects: number;
  readonly #windows = new Map<string, KnownWindow>();

  constructor(maxSubjects: number) {
    this.#maxSubjects = maxSubjects;
  }

  /** The window of a subject, if it hasn't ended for certain. */
  find(subject: string, now: number): KnownWindow | undefined {
    const window = this.#windows.get(subject);
    return window && now < window.endsAfter ? window : undefined;
  }

  set(subject: string, window: KnownWindow): void {
    this.#windows.delete(subject);
    if (this.#windows.size >= this.#maxSubjects) {
      const [oldest] = this.#windows.keys();
      if (oldest !== undefined) this.#windows.delete(oldest);
    }
    this.#windows.set(subject, window);
  }

  get size(): number {
    return this.#windows.size;
  }
}
