/** One timer for everything a process waits for with its locks, instead of one each. */

/** Something that is due at a time. */
export interface Scheduled {
  /** When, in milliseconds of `performance.now()`, which no change of the wall clock moves. May change while scheduled. */
  readonly dueAt: number;
  /** Milliseconds by which it may come early, so that what is due at about the same time is done together. */
  readonly slackMilliseconds: number;
  /** Called when it is due; is to move `dueAt` or remove itself. */
  onDue(now: number): void;
}

/** Longest delay of a Node.js timer; a longer one would fire at once. */
const longestDelayMilliseconds = 2 ** 31 - 1;

/**
 * Calls what is due. Adding and removing cost nothing but an entry in a set: a timer is only started when something is due
 * before it, and a timer that finds nothing to do ends. It doesn't keep the process alive.
 */
export class LockSchedule {
  readonly #items = new Set<Scheduled>();
  #timer: NodeJS.Timeout | undefined;
  #timerDueAt = Infinity;

  add(item: Scheduled): void {
    this.#items.add(item);
    this.#ensureTimer(item.dueAt);
  }

  delete(item: Scheduled): void {
    this.#items.delete(item);
  }

  /** To be called when an item is due earlier than it was when it was added. */
  expedite(item: Scheduled): void {
    if (this.#items.has(item)) this.#ensureTimer(item.dueAt);
  }

  #ensureTimer(dueAt: number): void {
    if (dueAt >= this.#timerDueAt) return;
    clearTimeout(this.#timer);
    this.#timerDueAt = dueAt;
    // Timers have whole milliseconds: rounded down it would come before anything is due.
    const delay = Math.min(Math.max(1, Math.ceil(dueAt - performance.now())), longestDelayMilliseconds);
    this.#timer = setTimeout(() => this.#onTimer(), delay);
    this.#timer.unref();
  }

  #onTimer(): void {
    this.#timerDueAt = Infinity;
    const now = performance.now();
    for (const item of this.#items) {
      if (item.dueAt - item.slackMilliseconds <= now) item.onDue(now);
    }
    let next = Infinity;
    for (const { dueAt } of this.#items) next = Math.min(next, dueAt);
    this.#ensureTimer(next);
  }
}
