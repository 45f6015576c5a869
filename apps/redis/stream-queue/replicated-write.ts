/** Writes that wait until replicas have them. */
import { Cluster, Command, type Pipeline } from 'ioredis';
import { backoffMilliseconds, faultBackoff, pause } from '../backoff';
import type { BoundedCommands } from '../bounded-commands';
import type { RedisClient } from '../client';
import type { Script } from '../script';
import { isPassing, reported } from '../unavailability';

/** How many replicas must have a message, and how long to wait for them. */
export interface Replication {
  readonly replicas: number;
  readonly timeoutMilliseconds: number;
}

/** The message was added, but too few replicas confirmed it in time: a failover now may lose it. */
export class ReplicationError extends Error {
  override readonly name = 'ReplicationError';
}

const replyAsText = { replyEncoding: 'utf8' } as const;

/** A write and the WAIT behind it. */
type Attempt = readonly [write: Command, confirmation: Command];

/**
 * Runs a script and waits for replicas. WAIT has no key and counts the writes of its own connection only, so both go in one
 * pipeline. The client follows a moved slot by itself for single commands only, hence the tries.
 */
export class ReplicatedWrite {
  readonly #client: RedisClient;
  readonly #commands: BoundedCommands;
  readonly #replication: Replication;

  constructor(client: RedisClient, commands: BoundedCommands, replication: Replication) {
    this.#client = client;
    this.#commands = commands;
    this.#replication = replication;
  }

  /**
   * Tries until the write is confirmed, or the deadline of the commands is over.
   *
   * @throws ReplicationError; RedisUnavailableError if Redis can't serve now or doesn't in time; other errors as Redis gave them
   */
  async run(operation: string, script: Script, key: string, args: readonly string[]): Promise<unknown> {
    const problem = this.#commands.disconnection(operation);
    if (problem) throw problem;
    const expiry = new AbortController();
    const watch = this.#commands.watch(operation, { reject: (error) => expiry.abort(error) });
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          return await this.#try(this.#attempt(script, key, args), key, expiry.signal);
        } catch (error) {
          if (error instanceof ReplicationError || !isPassing(error)) throw reported(operation, error);
        }
        // After a lost connection the write may have been done, and is done again: delivery is at least once anyway.
        if (this.#client instanceof Cluster) this.#client.refreshSlotsCache();
        await pause(backoffMilliseconds(faultBackoff, attempt), expiry.signal);
        expiry.signal.throwIfAborted();
      }
    } finally {
      watch.leave();
    }
  }

  #attempt({ source, keyCount }: Script, key: string, args: readonly string[]): Attempt {
    const { replicas, timeoutMilliseconds } = this.#replication;
    return [
      new Command('eval', [source, keyCount, key, ...args], replyAsText),
      new Command('wait', [replicas, timeoutMilliseconds], replyAsText),
    ];
  }

  async #try(attempt: Attempt, key: string, signal: AbortSignal): Promise<unknown> {
    const pipeline = this.#client.pipeline() as unknown as Pipeline;
    for (const command of attempt) pipeline.sendCommand(command);
    const expired = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        giveUp(attempt, signal.reason as Error);
        reject(signal.reason as Error);
      });
    });
    const [[writeError, reply] = [], [, confirmed] = []] = (await Promise.race([pipeline.exec(), expired])) ?? [];
    if (writeError) throw writeError;
    const { replicas, timeoutMilliseconds } = this.#replication;
    const confirmations = typeof confirmed === 'number' ? confirmed : 0;
    if (confirmations >= replicas) return reply;
    throw new ReplicationError(
      `added to '${key}', but ${confirmations} of ${replicas} replicas confirmed it ` +
        `within ${timeoutMilliseconds} ms: add it again (effects are idempotent), or lower replication.replicas`,
    );
  }
}

/** Keeps commands from being sent later. A pipeline whose commands fail alike would be sent again, so these don't. */
function giveUp([write, confirmation]: Attempt, reason: Error): void {
  write.reject(reason);
  confirmation.reject(new Error('the write before it was given up'));
}
