/** Brings delayed messages back to their stream when they are due. */
import type { BoundedCommands } from '../bounded-commands';
import promoteDelayedMessages from '../commands/promoteDelayedMessages-2.lua';
import { script } from '../script';
import { jittered } from '../backoff';
import type { Partition } from './queue';

const promote = script(promoteDelayedMessages, 2);

/** Most messages moved in one command. */
const largestBatch = 100;

interface Appointment {
  readonly timer: NodeJS.Timeout;
  readonly atMilliseconds: number;
}

/**
 * Every consumer does it for every partition: at the moment at which the next message is due as far as it knows, and at
 * a slow interval for those that another consumer delayed before it died. To do it twice does no harm.
 */
export class DelayedRetries {
  readonly #commands: BoundedCommands;
  readonly #intervalMilliseconds: number;
  readonly #onError: (error: Error) => void;
  readonly #appointments = new Map<Partition, Appointment>();
  #stopped = false;

  constructor(commands: BoundedCommands, intervalMilliseconds: number, onError: (error: Error) => void) {
    this.#commands = commands;
    this.#intervalMilliseconds = intervalMilliseconds;
    this.#onError = onError;
  }

  start(partitions: readonly Partition[]): void {
    for (const partition of partitions) this.expect(partition, Math.random() * this.#intervalMilliseconds);
  }

  /** Looks after that many milliseconds at the latest. */
  expect(partition: Partition, delayMilliseconds: number): void {
    const atMilliseconds = performance.now() + delayMilliseconds;
    const appointment = this.#appointments.get(partition);
    if (this.#stopped || (appointment && appointment.atMilliseconds <= atMilliseconds)) return;
    clearTimeout(appointment?.timer);
    const timer = setTimeout(() => {
      this.#appointments.delete(partition);
      void this.#promote(partition);
    }, delayMilliseconds);
    this.#appointments.set(partition, { timer, atMilliseconds });
  }

  stop(): void {
    this.#stopped = true;
    for (const { timer } of this.#appointments.values()) clearTimeout(timer);
    this.#appointments.clear();
  }

  async #promote(partition: Partition): Promise<void> {
    let untilNext = jittered(this.#intervalMilliseconds);
    try {
      const keysAndArguments = [partition.delayed, partition.stream, largestBatch];
      const reply = await this.#commands.run('delayed messages', promote, keysAndArguments);
      const [, untilDue] = reply as readonly [moved: number, untilDueMilliseconds: number];
      if (untilDue >= 0) untilNext = Math.min(untilNext, untilDue);
    } catch (error) {
      if (!this.#stopped) this.#onError(error instanceof Error ? error : new Error(String(error)));
    }
    this.expect(partition, untilNext);
  }
}
