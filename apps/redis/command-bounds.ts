/**
 * Bounds what a client keeps for servers that don't answer.
 *
 * ioredis keeps every command until a server answers it: without a connection in queues of any length, and in a cluster
 * without a limit of time. A command that its caller has given up would be sent all the same when Redis is back. Here a
 * command is refused when a queue is full, fails when a failover has had its time, and is not sent any more once it has
 * failed. These hooks rely on the names of ioredis' queues; `command-bounds.integration.test.ts` fails if they change.
 */
import { Cluster, type Command, type Redis } from 'ioredis';
import { RedisUnavailableError } from './unavailability';

/** Limits of a client. */
export interface CommandLimits {
  /** Commands that a connection keeps without an answer, and that a client keeps for servers it isn't connected to. */
  readonly maximumCommands: number;
  /** Longest life of a command that no connection has taken, in milliseconds. */
  readonly commandMilliseconds: number;
}

interface CommandQueue {
  readonly length: number;
  shift(): { readonly command: Command } | undefined;
  push(item: { readonly command: Command }): unknown;
}

/** Where ioredis keeps commands. */
interface ConnectionQueues {
  /** Written, and not answered yet. */
  readonly commandQueue: CommandQueue;
  /** For when the connection is ready. */
  readonly offlineQueue: CommandQueue;
  /** Not answered when the connection was lost, and sent again over the next. */
  readonly prevCommandQueue?: CommandQueue | null;
}

interface ClusterQueues {
  /** For when a node is known. */
  readonly offlineQueue: CommandQueue;
  /** Commands that are tried again after a pause, by the reason. */
  readonly delayQueue: { readonly queues: Readonly<Record<string, { readonly length: number } | null | undefined>> };
}

/** What connections say on their own account, and what ends them. It has to get through when a queue is full. */
const ownCommands: ReadonlySet<string> = new Set(['hello', 'auth', 'select', 'client', 'readonly', 'info', 'quit']);

/** Pause between two searches for commands that failed in a full queue, in milliseconds. */
const compactionMilliseconds = 100;

/** Makes a client, and all connections that it will ever have, keep within limits. */
export function boundCommands(client: Cluster | Redis, limits: CommandLimits): void {
  if (client instanceof Cluster) boundCluster(client, limits);
  else boundConnection(client, limits);
  // A client that ends between two tries to connect forgets what waits for the next one.
  client.once('end', () => failWaiting(client));
}

function failWaiting(client: Cluster | Redis): void {
  const { offlineQueue, prevCommandQueue } = client as unknown as ConnectionQueues;
  for (const queue of [offlineQueue, prevCommandQueue]) {
    for (let item = queue?.shift(); item; item = queue?.shift())
      item.command.reject(new Error('Connection is closed.'));
  }
}

function boundCluster(cluster: Cluster, { maximumCommands, commandMilliseconds }: CommandLimits): void {
  const queues = cluster as unknown as ClusterQueues;
  const send = cluster.sendCommand.bind(cluster);
  const canWait = capacityOf(() => [queues.offlineQueue], maximumCommands);
  const gate = new Gate(maximumCommands, ({ name }) => cluster.status === 'ready' || name === 'cluster' || canWait());
  cluster.sendCommand = (command, stream, node) => {
    if (!gate.admits(command, stream)) return command.promise;
    // A connection sets it too, but there may be none.
    command.setTimeout(commandMilliseconds);
    return send(command, stream, node);
  };
  const handleError = cluster.handleError.bind(cluster);
  cluster.handleError = (error, ttl, handlers: { defaults(): void }) => {
    const isFull = lengthOf(Object.values(queues.delayQueue.queues)) >= maximumCommands;
    // Redirections are followed at once.
    if (isFull && !/^(?:MOVED|ASK) /.test(error.message)) handlers.defaults();
    else handleError(error, ttl, handlers);
  };
  // Nodes that are known before their first connection, and those that join later.
  const onNode = (node: Redis) => boundConnection(node, { maximumCommands, commandMilliseconds });
  cluster.on('+node', onNode);
  cluster.nodes().forEach(onNode);
}

function boundConnection(redis: Redis, { maximumCommands }: CommandLimits): void {
  const queues = redis as unknown as ConnectionQueues;
  const send = redis.sendCommand.bind(redis);
  const canWait = capacityOf(() => [queues.offlineQueue, queues.prevCommandQueue], maximumCommands);
  // What was written is counted until it is answered, failed or not: replies come in the order of the commands.
  const hasCapacity = () => (redis.status === 'ready' ? queues.commandQueue.length < maximumCommands : canWait());
  const gate = new Gate(maximumCommands, ({ name }) => hasCapacity() || ownCommands.has(name));
  redis.sendCommand = (command, stream) => (gate.admits(command, stream) ? send(command, stream) : command.promise);
  endOnce(redis);
}

/** Lets commands through that have not failed yet and for which there is capacity. */
class Gate {
  readonly #maximum: number;
  readonly #hasCapacity: (command: Command) => boolean;
  /** Pipelines that were not let through. */
  readonly #shut = new WeakSet<object>();

  constructor(maximum: number, hasCapacity: (command: Command) => boolean) {
    this.#maximum = maximum;
    this.#hasCapacity = hasCapacity;
  }

  /** @returns whether to send a command; one for which there is no capacity has failed then */
  admits(command: Command, pipeline: object | undefined): boolean {
    if (pipeline === undefined) return !command.isSettled && this.#allows(command);
    // ioredis writes a pipeline when its last command is there. If one were missing, no reply would find its command.
    if (command.pipelineIndex === 0) {
      if (command.isSettled || !this.#allows(command)) this.#shut.add(pipeline);
      else this.#shut.delete(pipeline);
    }
    if (!this.#shut.has(pipeline)) return true;
    if (!command.isSettled) this.#refuse(command);
    return false;
  }

  #allows(command: Command): boolean {
    const allowed = this.#hasCapacity(command);
    if (!allowed) this.#refuse(command);
    return allowed;
  }

  #refuse(command: Command): void {
    const reason = `${this.#maximum} commands wait for an answer already (maximumCommands)`;
    const operation = command.name.toUpperCase();
    command.reject(new RedisUnavailableError(operation, reason, { mayBeDone: wasWritten(command) }));
  }
}

/** Each of many commands that a server answers alike, such as NOREPLICAS, would end the connection again, with a timer. */
function endOnce(redis: Redis): void {
  const disconnect = redis.disconnect.bind(redis);
  let ended: unknown;
  redis.disconnect = (reconnect = false) => {
    const stream: unknown = redis.stream;
    if (reconnect && stream !== undefined && stream === ended) return;
    ended = stream;
    disconnect(reconnect);
  };
}

/** Whether one more fits into queues of what was not written, from which commands that failed are dropped if it doesn't. */
function capacityOf(queuesNow: () => readonly (CommandQueue | null | undefined)[], maximum: number): () => boolean {
  let compactedAt = -Infinity;
  return () => {
    const queues = queuesNow();
    if (lengthOf(queues) < maximum) return true;
    if (performance.now() - compactedAt < compactionMilliseconds) return false;
    compactedAt = performance.now();
    for (const queue of queues) if (queue) dropFailed(queue);
    return lengthOf(queues) < maximum;
  };
}

function lengthOf(queues: readonly ({ readonly length: number } | null | undefined)[]): number {
  let length = 0;
  for (const queue of queues) length += queue?.length ?? 0;
  return length;
}

function dropFailed(queue: CommandQueue): void {
  for (let left = queue.length; left > 0; left--) {
    const item = queue.shift();
    if (item && !item.command.isSettled) queue.push(item);
  }
}

/** Whether a command was ever written to a connection, so that a server may have executed it or may do so yet. */
function wasWritten(command: Command): boolean {
  // ioredis marks a command as traced when it writes it for the first time.
  return command.isTraced;
}
