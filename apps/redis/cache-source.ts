/** The source behind a cache: asked by few at a time, and not waited for without end. */
import type { CacheNumbers, CacheOptions, Loaded, LoadReason } from './cache-options';

/** The source was asked more than it may be; the caller should shed the request. */
export class CacheOverloadedError extends Error {
  override readonly name = 'CacheOverloadedError';

  constructor(cache: string, running: number, waiting: number) {
    super(
      `Cache '${cache}': ${running} loads run and ${waiting} wait; ` +
        'raise maxConcurrentLoads if the source can bear it, or maxWaitingLoads',
    );
  }
}

/** The source gave no answer in time. */
export class CacheLoadTimeoutError extends Error {
  override readonly name = 'CacheLoadTimeoutError';

  constructor(cache: string, milliseconds: number) {
    super(`Cache '${cache}': no answer from the source within ${milliseconds} ms (loadTimeoutMilliseconds)`);
  }
}

/** What a load found, and how long it took. */
export interface Load<Value> {
  /** Undefined if there is nothing. */
  readonly found: Loaded<Value> | undefined;
  readonly milliseconds: number;
}

/** Runs loads in the order they came, a bounded number at a time. */
export class CacheSource<Value> {
  readonly #options: CacheOptions<Value>;
  readonly #numbers: CacheNumbers;
  readonly #waiting = new Set<() => void>();
  #running = 0;

  constructor(options: CacheOptions<Value>, numbers: CacheNumbers) {
    this.#options = options;
    this.#numbers = numbers;
  }

  /** Whether a load would have to wait for its turn. */
  get busy(): boolean {
    return this.#running >= this.#numbers.maxConcurrentLoads;
  }

  /**
   * Asks the source.
   *
   * @throws CacheOverloadedError, CacheLoadTimeoutError, or what the source threw
   */
  load(id: string, reason: LoadReason): Promise<Load<Value>> {
    const { loadTimeoutMilliseconds } = this.#numbers;
    const abort = new AbortController();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const error = new CacheLoadTimeoutError(this.#options.name, loadTimeoutMilliseconds);
        abort.abort(error);
        reject(error);
      }, loadTimeoutMilliseconds);
      this.#run(id, reason, abort.signal)
        .then(resolve, reject)
        .finally(() => clearTimeout(timer));
    });
  }

  async #run(id: string, reason: LoadReason, signal: AbortSignal): Promise<Load<Value>> {
    const { observer, load, name } = this.#options;
    await this.#turn(signal);
    const start = performance.now();
    try {
      const found = await load(id, signal);
      if (found && !isVersion(found.version)) throw new Error(badVersion(name, found.version));
      const milliseconds = performance.now() - start;
      observer?.onLoad?.(reason, found ? 'value' : 'absence', milliseconds / 1_000);
      return { found, milliseconds };
    } catch (error) {
      observer?.onLoad?.(reason, 'error', (performance.now() - start) / 1_000);
      throw error;
    } finally {
      this.#pass();
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    if (!this.busy) {
      this.#running++;
      return Promise.resolve();
    }
    if (this.#waiting.size >= this.#numbers.maxWaitingLoads) {
      return Promise.reject(new CacheOverloadedError(this.#options.name, this.#running, this.#waiting.size));
    }
    return new Promise((resolve, reject) => {
      const proceed = (): void => resolve();
      this.#waiting.add(proceed);
      signal.addEventListener('abort', () => {
        if (this.#waiting.delete(proceed)) reject(signal.reason as Error);
      });
    });
  }

  /** Hands the turn to the one who has waited longest. */
  #pass(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#running--;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}

/** Whether a number can be a version. */
export function isVersion(version: number): boolean {
  return Number.isSafeInteger(version) && version >= 1;
}

export function badVersion(cache: string, version: number): string {
  return `Cache '${cache}': version is ${version}: give a whole number from 1 that grows with every change`;
}
