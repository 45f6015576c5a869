/** Sends the commands of one turn of the event loop in one piece. */
import type { Socket } from 'node:net';
import { masterNodes, type RedisClient } from './client';

/**
 * Holds back what is written to the servers until the end of the turn. Without it every command is a write of its own:
 * a system call and a TLS record here, and a read, a turn of its event loop and a reply at the server. With 16 to 128
 * commands under way at a time it takes 10 to 30 % off the work of both sides, and a single one isn't slower.
 */
export class WriteBatch {
  readonly #client: RedisClient;
  #held: Socket[] = [];

  constructor(client: RedisClient) {
    this.#client = client;
  }

  /** To be called before a command is sent. */
  hold(): void {
    if (this.#held.length > 0) return;
    for (const node of masterNodes(this.#client)) {
      // A node that hasn't been connected to has none.
      const stream = node.stream as Socket | undefined;
      if (!stream) continue;
      stream.cork();
      this.#held.push(stream);
    }
    if (this.#held.length > 0) setImmediate(this.#release);
  }

  readonly #release = (): void => {
    for (const stream of this.#held) stream.uncork();
    this.#held = [];
  };
}
