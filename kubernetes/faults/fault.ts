/** A fault: what is done to a platform under load, and what the platform promises then. */
import type { Kubectl } from '../deployment/kubectl';
import type { BitnamiSettings } from '../../environments/bitnami-settings';
import type { Machine } from './machine';
import type { RedisPods } from './redis/redis-pods';

/** What faults act on. */
export interface FaultContext {
  readonly kubectl: Kubectl;
  readonly redis: RedisPods;
  readonly machine: Machine;
  /** Prints a line of progress. */
  readonly say: (text: string) => void;
  /** Waits until the platform is as it was deployed, between the steps of a fault. @throws Error after the limit */
  readonly steady: (limitSeconds: number) => Promise<void>;
  /** Deploys the environment again with changed settings, `platform.memoryMebibytes=2048`, and waits until it is. */
  readonly deploy: (settings: readonly string[], stacks: readonly string[]) => Promise<void>;
}

export interface Promises {
  /** In words. */
  readonly text: string;
  /** Longest time without any acceptance. */
  readonly pauseSeconds: number;
  /** The same where what is done moves the pod of Postgres as well. @default - `pauseSeconds` */
  readonly pauseSecondsWithDatabase?: number;
  /** Longest time from the end of what is done until the platform is steady. */
  readonly steadySeconds: number;
}

export interface Fault {
  /** As `--fault` names it. */
  readonly name: string;
  readonly title: string;
  readonly platforms: readonly BitnamiSettings['kind'][];
  /** What is done, in words. */
  readonly done: string;
  readonly promises: Promises;
  /** Whether it is part of the short form. @default false */
  readonly isShort?: boolean;
  /** Whether the platform is another one afterwards: such a fault runs only where it is named. @default false */
  readonly isLasting?: boolean;
  /** What a person has to do by design, in words. @default - nothing */
  readonly byHand?: string;
  /** Brings the fault about, and ends what ends by itself in reality: a node returns. */
  readonly act: (context: FaultContext) => Promise<void>;
}

/** The first of names. @throws Error if there is none */
export function firstOf(names: readonly string[], what: string): string {
  const [first] = names;
  if (first === undefined) throw new Error(`there is no ${what}`);
  return first;
}
