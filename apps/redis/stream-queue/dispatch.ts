/** Decides what becomes of each message that was delivered from a partition. */
import { backoffMilliseconds } from '../backoff';
import type { ConsumerSettings } from './consumer-options';
import type { DelayedRetries } from './delayed-retries';
import type { Executor } from './executor';
import { messageOf, PermanentFailure, Postponement, type Delivery, type Message } from './message';
import type { PayloadCodec, Partition } from './queue';
import type { Settlement } from './settlement';
import type { Slots } from './slots';

/** Characters of an error's text that a dead letter keeps. */
const longestErrorText = 1_000;

/** What the partitions of a consumer share. */
export interface Workshop<T> {
  readonly settings: ConsumerSettings<T>;
  readonly codec: PayloadCodec<T>;
  readonly slots: Slots;
  readonly executor: Executor<T>;
  readonly delayed: DelayedRetries;
}

export class Dispatch<T> {
  readonly #workshop: Workshop<T>;
  readonly #partition: Partition;
  readonly #settlement: Settlement;

  constructor(workshop: Workshop<T>, partition: Partition, settlement: Settlement) {
    this.#workshop = workshop;
    this.#partition = partition;
    this.#settlement = settlement;
  }

  /** Takes messages in hand. Each holds a slot, which is released once it is handled. */
  accept(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      if (!this.#begin(delivery)) this.#workshop.slots.release(1);
    }
    this.#workshop.executor.start();
  }

  /** @returns false if there is nothing to be handled */
  #begin(delivery: Delivery): boolean {
    if (!this.#settlement.begin(delivery)) return false;
    const { maxAttempts } = this.#workshop.settings;
    if (delivery.attempt > maxAttempts) {
      const died = `not settled in ${maxAttempts} attempts: the worker died or lost it in the last one`;
      void this.#settlement.bury({ ...delivery, attempt: maxAttempts }, 'crashed', died);
      return false;
    }
    let message: Message<T>;
    try {
      if (delivery.payload === undefined) throw new Error('the entry has no field named payload');
      message = messageOf(this.#partition.tag, delivery, this.#workshop.codec.decode(delivery.payload));
    } catch (error) {
      void this.#settlement.bury(delivery, 'unparsable', textOf(error));
      return false;
    }
    this.#workshop.executor.submit({
      message,
      settle: (failure) => {
        if (failure) void this.#fail(delivery, message, failure);
        else this.#succeed(delivery, message);
      },
      forgo: () => this.#settlement.forgo(delivery),
    });
    return true;
  }

  #succeed(delivery: Delivery, { addedAtMilliseconds }: Message<T>): void {
    // Two clocks may differ by more than a quick message takes.
    this.#workshop.settings.observer.succeeded?.(Math.max(0, Date.now() - addedAtMilliseconds) / 1_000);
    this.#settlement.complete(delivery);
  }

  async #fail(delivery: Delivery, { id, attempt }: Message<T>, failure: Error): Promise<void> {
    const { settings } = this.#workshop;
    if (failure instanceof Postponement) {
      // As if it had not been tried: the count of the delivery is taken back.
      await this.#tryAgain({ ...delivery, attempt: attempt - 1 }, id, attempt);
      return;
    }
    settings.observer.failed?.(id, failure, attempt);
    if (failure instanceof PermanentFailure || attempt >= settings.maxAttempts) {
      const reason = failure instanceof PermanentFailure ? 'permanent' : 'failed';
      await this.#settlement.bury(delivery, reason, textOf(failure));
      return;
    }
    await this.#tryAgain(delivery, id, attempt);
  }

  async #tryAgain(delivery: Delivery, id: string, attempt: number): Promise<void> {
    const { settings, delayed } = this.#workshop;
    const delay = backoffMilliseconds(settings.backoff, attempt);
    if (!(await this.#settlement.retry(delivery, delay))) return;
    settings.observer.retried?.(id, delay);
    delayed.expect(this.#partition, delay);
  }
}

function textOf(error: unknown): string {
  return String(error).slice(0, longestErrorText);
}
