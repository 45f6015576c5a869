/** Ports for the servers of tests, which nobody else takes between the choice and the start. */
import { mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isAlive } from '../../apps/local-platform/daemon';
import { isFree } from '../../apps/local-platform/ports';

/** Below the range from which systems pick ports for connections (32768 on Linux), and below the deployment test's. */
const firstPort = 10_240;
const lastPort = 19_999;

/** A file a port, with the id of the process that has chosen it: for test processes beside this one. */
const reservations = path.join(tmpdir(), 'redis-platform-test-ports');

/**
 * Ports on loopback that nothing listens on. They are this process's until it ends.
 *
 * @throws Error if there are not as many
 */
export async function freePorts(count: number): Promise<number[]> {
  mkdirSync(reservations, { recursive: true });
  const total = lastPort - firstPort + 1;
  const start = Math.floor(Math.random() * total);
  const ports: number[] = [];
  for (let step = 0; step < total && ports.length < count; step++) {
    const port = firstPort + ((start + step) % total);
    if (reserve(port) && (await isFree(port))) ports.push(port);
  }
  if (ports.length < count) throw new Error(`there are no ${count} free ports from ${firstPort} to ${lastPort}`);
  return ports;
}

function reserve(port: number): boolean {
  const file = path.join(reservations, String(port));
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    // The port is passed over this time; it is free for the next one once its process has ended.
    forget(file);
    return false;
  }
}

function forget(file: string): void {
  try {
    if (!isAlive(Number(readFileSync(file, 'utf8')))) unlinkSync(file);
  } catch {
    // Another process has just forgotten it.
  }
}
