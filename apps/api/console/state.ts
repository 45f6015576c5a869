/** What the console shows: one value, told to everyone who looks. */
import type { ShardState } from '../../redis/platform-state';
import type { QueueState } from '../../service/order-queue';

/** A part that could not be read, and why. What was read before is not shown in its place. */
export interface Unknown {
  readonly unknown: string;
}

export interface DeadOrder {
  readonly id: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly diedAt: string;
}

export interface FiringAlert {
  readonly name: string;
  readonly severity: string;
  readonly summary: string;
  readonly runbook: string;
  /** Why nobody is told of it. @default - somebody is */
  readonly quiet?: 'explained by another' | 'silenced';
}

export interface ConsoleState {
  /** ISO 8601. */
  readonly at: string;
  /** Process that tells it. */
  readonly instance: string;
  readonly shards: readonly ShardState[] | Unknown;
  /** Of this process, since its start. */
  readonly cache: { readonly gets: number; readonly loads: number };
  /** Of this process, since its start. */
  readonly limiter: { readonly allowed: number; readonly refused: number; readonly byItself: number };
  readonly queue: QueueState | Unknown;
  /** The newest; `total` counts all. */
  readonly deadOrders: { readonly total: number; readonly newest: readonly DeadOrder[] } | Unknown;
  readonly leader: { readonly instance: string | null; readonly fencingToken: string | null } | Unknown;
  readonly alerts: readonly FiringAlert[] | Unknown;
}
