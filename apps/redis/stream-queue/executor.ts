/** Calls the handler: so many at a time, so many messages a call, each call so long. */
import type { ConsumerSettings, HandlerCall } from './consumer-options';
import { HandlerTimeoutError, type Message } from './message';

/** A message to be handled. */
export interface Job<T> {
  readonly message: Message<T>;
  /** Called once with the outcome: undefined if it is done, or why the attempt failed. */
  readonly settle: (failure: Error | undefined) => void;
  /** Called instead if the executor stopped before it began. */
  readonly forgo: () => void;
}

export type ExecutorSettings<T> = Pick<
  ConsumerSettings<T>,
  'handler' | 'concurrency' | 'batchSize' | 'handlerTimeoutMilliseconds' | 'observer'
>;

/** Makes its signal when it is asked for: most handlers don't, and there is a call for each message. */
class Call implements HandlerCall {
  #controller: AbortController | undefined;
  #reason: Error | undefined;

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#reason) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  abort(reason: Error): void {
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}

/** Messages wait here while all calls are busy, first come first served. */
export class Executor<T> {
  readonly #settings: ExecutorSettings<T>;
  /** Hears when messages leave the hand: their call has settled. */
  readonly #onFinished: (count: number) => void;
  readonly #waiting: Job<T>[] = [];
  readonly #calls = new Set<Call>();
  #running = 0;
  #stopped = false;
  #onIdle: (() => void) | undefined;

  constructor(settings: ExecutorSettings<T>, onFinished: (count: number) => void) {
    this.#settings = settings;
    this.#onFinished = onFinished;
  }

  submit(job: Job<T>): void {
    if (this.#stopped) job.forgo();
    else this.#waiting.push(job);
  }

  /** Begins what can begin; to be called when messages were submitted. */
  start(): void {
    const { concurrency, batchSize } = this.#settings;
    while (this.#calls.size < concurrency && this.#waiting.length > 0) {
      void this.#run(this.#waiting.splice(0, batchSize));
    }
  }

  /**
   * Begins nothing more, and waits for what is under way.
   *
   * @returns the number of messages still being handled when the time was up; their signals are aborted
   */
  async stop(graceMilliseconds: number): Promise<number> {
    this.#stopped = true;
    for (const job of this.#waiting.splice(0)) job.forgo();
    if (this.#running > 0) {
      const { promise, timer } = this.#idleOrAfter(graceMilliseconds);
      await promise;
      clearTimeout(timer);
    }
    for (const call of this.#calls) call.abort(new Error('the consumer has stopped'));
    return this.#running;
  }

  #idleOrAfter(milliseconds: number): { promise: Promise<void>; timer: NodeJS.Timeout | undefined } {
    let timer: NodeJS.Timeout | undefined;
    const promise = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
      timer = setTimeout(resolve, milliseconds);
    });
    return { promise, timer };
  }

  async #run(jobs: readonly Job<T>[]): Promise<void> {
    const call = new Call();
    this.#calls.add(call);
    this.#running += jobs.length;
    const began = performance.now();
    const failures = await this.#failures(jobs, call);
    this.#calls.delete(call);
    this.#running -= jobs.length;
    this.#settings.observer.handled?.(jobs.length, (performance.now() - began) / 1_000);
    jobs.forEach((job, index) => job.settle(failures[index]));
    this.#onFinished(jobs.length);
    if (this.#running === 0) this.#onIdle?.();
    this.start();
  }

  /** For each job why it failed, or undefined. Never rejects. */
  async #failures(jobs: readonly Job<T>[], call: Call): Promise<readonly (Error | undefined)[]> {
    try {
      const failures = await this.#invoke(
        jobs.map(({ message }) => message),
        call,
      );
      if (failures.length === jobs.length) return failures;
      throw new Error(`handleBatch returned ${failures.length} outcomes for ${jobs.length} messages: return one each`);
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      return jobs.map(() => failure);
    }
  }

  #invoke(messages: readonly Message<T>[], call: Call): Promise<readonly (Error | undefined)[]> {
    const { handler, handlerTimeoutMilliseconds } = this.#settings;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const error = new HandlerTimeoutError(handlerTimeoutMilliseconds);
        reject(error);
        call.abort(error);
      }, handlerTimeoutMilliseconds);
      // A handler that was abandoned must not hold up the end of the process.
      timer.unref();
      handler(messages, call)
        .then(resolve, reject)
        .finally(() => clearTimeout(timer));
    });
  }
}
