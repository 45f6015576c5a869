/** One part of the state, read again and again, so that one that is slow or away holds up no other. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Unknown } from './state';

export interface PartReaderOptions<Value> {
  /** Who is asked, as those who look are told: causes may name hosts and users, and are for the log. */
  readonly server: string;
  readonly read: () => Promise<Value>;
  /** Longest wait, in milliseconds. @default 1000 */
  readonly waitMilliseconds?: number;
  /** Told of a failure, once for as long as its cause stays the same. */
  readonly onFailure: (error: Error) => void;
}

export class PartReader<Value> {
  readonly #options: PartReaderOptions<Value>;
  #underWay: Promise<Value> | undefined;
  #toldOf: string | undefined;

  constructor(options: PartReaderOptions<Value>) {
    this.#options = options;
  }

  /** The part now. Never rejects; one that takes longer is waited for again at the next call, and not asked twice. */
  async read(): Promise<Value | Unknown> {
    const { server, read, waitMilliseconds = 1_000, onFailure } = this.#options;
    this.#underWay ??= read().finally(() => {
      this.#underWay = undefined;
    });
    try {
      const value = await Promise.race([this.#underWay, late(waitMilliseconds)]);
      this.#toldOf = undefined;
      return value;
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      if (error.message !== this.#toldOf) onFailure(error);
      this.#toldOf = error.message;
      return { unknown: `${server} does not answer; the api's log says why` };
    }
  }
}

async function late(milliseconds: number): Promise<never> {
  await sleep(milliseconds, undefined, { ref: false });
  throw new Error(`no answer in ${milliseconds} ms`);
}
