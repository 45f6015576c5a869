/** What a deployment prints: one line for each thing that is done, with the seconds since the beginning. */

export class Progress {
  readonly #start = Date.now();
  readonly #write: (line: string) => void;
  #last = '';

  /** @param write @default - to stdout */
  constructor(write: (line: string) => void = (line) => process.stdout.write(`${line}\n`)) {
    this.#write = write;
  }

  /** Prints a line. */
  say(what: string): void {
    this.#last = what;
    this.#write(`${String(this.seconds).padStart(4)} s  ${what}`);
  }

  /** Prints a line unless it is the same as the last one: for what is asked again and again. */
  sayOnce(what: string): void {
    if (what !== this.#last) this.say(what);
  }

  /** Seconds since the beginning. */
  get seconds(): number {
    return Math.round((Date.now() - this.#start) / 1_000);
  }
}
