/** What becomes of the messages of a partition that are in this consumer's hand. */
import type { BoundedCommands } from '../bounded-commands';
import acknowledgeMessages from '../commands/acknowledgeMessages-1.lua';
import buryMessage from '../commands/buryMessage-2.lua';
import retryMessage from '../commands/retryMessage-2.lua';
import { script, type Script } from '../script';
import { backoffMilliseconds, faultBackoff, pause } from '../backoff';
import type { Delivery } from './message';
import type { DeathReason, StreamQueueObserver } from './observer';
import { messageId, type Partition } from './queue';

const acknowledge = script(acknowledgeMessages, 1);
const retry = script(retryMessage, 2);
const bury = script(buryMessage, 2);

/** Most messages acknowledged in one command. */
const largestBatch = 500;

export interface SettlementSettings {
  readonly group: string;
  readonly deadLetterLimit: number;
  /** Messages not settled yet above which nothing more is read. */
  readonly limit: number;
  readonly observer: StreamQueueObserver;
}

/**
 * Acknowledges, delays and buries messages. Acknowledgements gather while one is under way. Everything is tried until
 * it succeeds or the consumer gives up, after which the messages stay pending and are delivered again.
 */
export class Settlement {
  readonly #commands: BoundedCommands;
  readonly #partition: Partition;
  readonly #settings: SettlementSettings;
  readonly #unsettled = new Set<string>();
  readonly #done: string[] = [];
  /** How many of the unsettled are on their way out. */
  #leaving = 0;
  readonly #giveUp = new AbortController();
  #acknowledging = false;
  #waiters: (() => void)[] = [];

  constructor(commands: BoundedCommands, partition: Partition, settings: SettlementSettings) {
    this.#commands = commands;
    this.#partition = partition;
    this.#settings = settings;
  }

  /** Entry ids in hand: being handled, or on their way out. */
  get unsettled(): ReadonlySet<string> {
    return this.#unsettled;
  }

  /** Takes a message into the hand. @returns false if it is there already: it was delivered twice */
  begin({ entryId }: Delivery): boolean {
    if (this.#unsettled.has(entryId)) return false;
    this.#unsettled.add(entryId);
    return true;
  }

  /** Forgets a message that nobody began to handle. */
  forgo({ entryId }: Delivery): void {
    this.#unsettled.delete(entryId);
  }

  /** The message is done. */
  complete({ entryId }: Delivery): void {
    this.#leaving++;
    this.#done.push(entryId);
    if (this.#acknowledging) return;
    this.#acknowledging = true;
    setImmediate(() => void this.#acknowledge());
  }

  /** The message is to be tried again. @returns whether it was moved: it may have been settled before */
  async retry(delivery: Delivery, delayMilliseconds: number): Promise<boolean> {
    const { stream, delayed } = this.#partition;
    const { entryId, attempt } = delivery;
    this.#leaving++;
    const moved = await this.#persist(retry, [
      ...[stream, delayed, this.#settings.group],
      ...[entryId, attempt, delayMilliseconds],
    ]);
    this.#settle([entryId]);
    return moved === 1;
  }

  /** The message is dead. */
  async bury(
    { entryId, originalEntryId, attempt, payload }: Delivery,
    reason: DeathReason,
    error: string,
  ): Promise<void> {
    const { tag, stream, deadLetters } = this.#partition;
    const { group, deadLetterLimit, observer } = this.#settings;
    this.#leaving++;
    const letter = await this.#persist(bury, [
      ...[stream, deadLetters, group, entryId, attempt],
      ...[reason, error, deadLetterLimit],
    ]);
    this.#settle([entryId]);
    if (typeof letter !== 'string') return;
    observer.died?.({
      deadLetterId: messageId(tag, letter),
      messageId: messageId(tag, originalEntryId),
      payload,
      reason,
      error,
      attempts: attempt,
    });
  }

  /** Waits until few enough messages are unsettled for more to be read. */
  async room(): Promise<void> {
    while (this.#unsettled.size >= this.#settings.limit && !this.#giveUp.signal.aborted) await this.#change();
  }

  /** Waits until everything on its way out is out. */
  async drain(): Promise<void> {
    while (this.#leaving > 0 && !this.#giveUp.signal.aborted) await this.#change();
  }

  /** Tries no more. */
  giveUp(): void {
    this.#giveUp.abort();
    this.#changed();
  }

  async #acknowledge(): Promise<void> {
    while (this.#done.length > 0) {
      const ids = this.#done.splice(0, largestBatch);
      await this.#persist(acknowledge, [this.#partition.stream, this.#settings.group, ...ids]);
      this.#settle(ids);
      if (!this.#giveUp.signal.aborted) this.#settings.observer.completed?.(ids.length);
    }
    this.#acknowledging = false;
  }

  async #persist(step: Script, keysAndArguments: readonly (string | number)[]): Promise<unknown> {
    for (let attempt = 1; !this.#giveUp.signal.aborted; attempt++) {
      try {
        return await this.#commands.run('settling messages', step, keysAndArguments);
      } catch (error) {
        // The group is gone, and with it what was pending: there is nothing to settle, it will be delivered anew.
        if (error instanceof Error && error.message.startsWith('NOGROUP')) return undefined;
        this.#settings.observer.error?.(error instanceof Error ? error : new Error(String(error)));
        await pause(backoffMilliseconds(faultBackoff, attempt), this.#giveUp.signal);
      }
    }
    return undefined;
  }

  #settle(ids: readonly string[]): void {
    // Given up, it stays in hand: what may be settled or not must not be handed back.
    if (this.#giveUp.signal.aborted) return;
    this.#leaving -= ids.length;
    for (const id of ids) this.#unsettled.delete(id);
    this.#changed();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  #changed(): void {
    if (this.#waiters.length === 0) return;
    for (const resume of this.#waiters.splice(0)) resume();
  }
}
