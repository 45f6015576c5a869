/**
 * The commands of the library's components: each has a deadline, and is not sent any more once it is over.
 *
 * A component that sent commands past this would leave them to the client, which keeps them for as long as a failover takes.
 */
import { Command } from 'ioredis';
import type { RedisClient } from './client';
import { disconnection } from './connection-state';
import { isMissingScript, type Script, type ScriptArgument } from './script';
import { SharedDeadline, type Failable, type Watch } from './shared-deadline';
import { reported, type RedisUnavailableError } from './unavailability';

const replyAsText = { replyEncoding: 'utf8' } as const;

/**
 * Sends commands that wait for Redis no longer than a deadline.
 *
 * A lost connection fails at once. A command that was written to a socket when the deadline passed may still be executed:
 * callers are to be idempotent. One that wasn't is dropped.
 */
export class BoundedCommands {
  readonly #client: RedisClient;
  readonly #deadline: SharedDeadline;

  constructor(client: RedisClient, deadlineMilliseconds: number) {
    this.#client = client;
    this.#deadline = new SharedDeadline(deadlineMilliseconds);
  }

  /**
   * Runs a command.
   *
   * @param operation what is being done, for the error
   * @returns its reply, with texts as strings
   * @throws RedisUnavailableError if Redis can't serve now or doesn't answer in time; other errors as Redis gave them
   */
  send(operation: string, name: string, args: readonly ScriptArgument[] = []): Promise<unknown> {
    const problem = this.disconnection(operation);
    if (problem) return Promise.reject(problem);
    const command = new Command(name, [...args], replyAsText);
    const watch = this.watch(operation, command);
    this.#client.sendCommand(command);
    return settled(command, operation, watch);
  }

  /**
   * Runs a script in one round trip, or two the first time on a server that doesn't know it yet; the deadline is for both.
   *
   * A server forgets scripts at a restart or failover, so the missing script is sent along with the retried call;
   * `SCRIPT LOAD` would reach one node of a cluster only.
   *
   * @throws as `send` does
   */
  run(operation: string, script: Script, keysAndArguments: readonly ScriptArgument[]): Promise<unknown> {
    const problem = this.disconnection(operation);
    if (problem) return Promise.reject(problem);
    const { digest, source, keyCount } = script;
    const command = new Command('evalsha', [digest, keyCount, ...keysAndArguments], replyAsText);
    const watch = this.watch(operation, command);
    this.#client.sendCommand(command);
    return settled(command, operation, watch, () => {
      const complete = new Command('eval', [source, keyCount, ...keysAndArguments], replyAsText);
      watch.retarget(complete);
      this.#client.sendCommand(complete);
      return complete;
    });
  }

  /** Why a command can't be sent now; undefined if it can. */
  disconnection(operation: string): RedisUnavailableError | undefined {
    return disconnection(this.#client, operation);
  }

  /** Rejects the target when the deadline is over, unless the watch is left before. */
  watch(operation: string, target: Failable): Watch {
    return this.#deadline.watch(operation, target);
  }
}

/** @param completed sends the command again with the script that the server doesn't know */
function settled(command: Command, operation: string, watch: Watch, completed?: () => Command): Promise<unknown> {
  return command.promise.then(
    (reply: unknown) => {
      watch.leave();
      return reply;
    },
    (error: unknown) => {
      if (completed && isMissingScript(error)) return settled(completed(), operation, watch);
      watch.leave();
      throw reported(operation, error);
    },
  );
}
