/** A consumer's membership in the group of a partition: what it does besides reading. */
import type { BoundedCommands } from '../bounded-commands';
import forgetConsumers from '../commands/forgetConsumers-1.lua';
import redeliverMessages from '../commands/redeliverMessages-1.lua';
import releaseMessages from '../commands/releaseMessages-1.lua';
import { script } from '../script';
import { deliveryOf, type Delivery, type StreamEntry } from './message';

const forget = script(forgetConsumers, 1);
const redeliver = script(redeliverMessages, 1);
const release = script(releaseMessages, 1);

/** Most messages handed back in one command. */
const largestRelease = 500;

/** Where a page of lost messages begins and ends the list. */
export const firstPage = '0-0';

const operation = 'a consumer group';

export class GroupMember {
  readonly #commands: BoundedCommands;
  readonly #stream: string;
  readonly #group: string;
  readonly #consumer: string;

  constructor(commands: BoundedCommands, stream: string, group: string, consumer: string) {
    this.#commands = commands;
    this.#stream = stream;
    this.#group = group;
    this.#consumer = consumer;
  }

  /** Creates the stream and the group where they are missing. From 0: what is in the stream was not handled yet. */
  async join(): Promise<void> {
    try {
      await this.#commands.send(operation, 'xgroup', ['CREATE', this.#stream, this.#group, '0', 'MKSTREAM']);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('BUSYGROUP')) throw error;
    }
  }

  /** Takes over messages that nobody settled for that long. @returns them, and the page to go on with */
  async redeliver(
    minIdleMilliseconds: number,
    page: string,
    count: number,
  ): Promise<{ nextPage: string; deliveries: readonly Delivery[] }> {
    const reply = await this.#commands.run(operation, redeliver, [
      ...[this.#stream, this.#group, this.#consumer],
      ...[minIdleMilliseconds, page, count],
    ]);
    const [nextPage, entries] = reply as readonly [string, readonly (readonly [...StreamEntry, number])[]];
    return { nextPage, deliveries: entries.map(([id, fields, count]) => deliveryOf([id, fields], count)) };
  }

  /** Hands back what was delivered to this consumer, except for what it has in hand. */
  async release(inHand: ReadonlySet<string>, leave: boolean): Promise<void> {
    let released: unknown;
    do {
      released = await this.#commands.run(operation, release, [
        ...[this.#stream, this.#group, this.#consumer, largestRelease, leave ? 1 : 0],
        ...inHand,
      ]);
    } while (typeof released === 'number' && released >= largestRelease);
  }

  /** Removes consumers from the group that gave no sign of life for that long and hold nothing. */
  async forgetGone(expiryMilliseconds: number): Promise<void> {
    await this.#commands.run(operation, forget, [this.#stream, this.#group, expiryMilliseconds]);
  }
}
