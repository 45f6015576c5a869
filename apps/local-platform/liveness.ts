/** Which processes of the platform run. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { runningPid, stopDaemon, type Daemon } from './daemon';
import { findServer } from './postgres/server-process';
import { postgresPaths } from './postgres/settings';
import { stopPostgres } from './postgres/server';

export const postgresDirectory = (directory: string) => path.resolve(directory, 'postgres');

/** The process of an api or a worker. */
export function applicationDaemon(directory: string, name: string): Daemon {
  return { name, directory: path.resolve(directory, 'application', name) };
}

/** The process of what watches the platform. */
export function observabilityDaemon(directory: string, name: string): Daemon {
  return { name, directory: path.resolve(directory, 'observability', name) };
}

/** Whether the process of a component runs; components without a process never do. */
export function isRunning(directory: string, name: string): boolean {
  if (name === 'postgres')
    return (
      existsSync(postgresDirectory(directory)) && findServer(postgresPaths(postgresDirectory(directory))) !== undefined
    );
  return daemons(directory).some((daemon) => daemon.name === name && runningPid(daemon) !== undefined);
}

/** Stops every process of the platform, the application before what it uses. */
export async function stopEverything(directory: string): Promise<void> {
  for (const group of ['observability', 'application', 'redis']) {
    await Promise.all(daemonsOf(directory, group).map((daemon) => stopDaemon(daemon, 30_000)));
  }
  if (existsSync(postgresDirectory(directory))) await stopPostgres({ directory: postgresDirectory(directory) });
}

function daemons(directory: string): Daemon[] {
  return ['redis', 'application', 'observability'].flatMap((group) => daemonsOf(directory, group));
}

function daemonsOf(directory: string, group: string): Daemon[] {
  const folder = path.resolve(directory, group);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => ({ name, directory: path.join(folder, name) }));
}
