/** Processes that tell over HTTP whether they are ready: left alone, replaced, or started, whichever it takes. */
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { logTail, runningPid, runningRevision, startDaemon, stopDaemon, waitUntil, type Daemon } from './daemon';

/** Longest time a process may take to become ready, in milliseconds. */
const readyMilliseconds = 60_000;

/** Longest time a process may take to finish what it has in hand, in milliseconds. */
const drainMilliseconds = 30_000;

/** A process on loopback. */
export interface HttpProcess {
  readonly daemon: Daemon;
  readonly program: string;
  readonly arguments: readonly string[];
  /** @default {} */
  readonly environment?: Readonly<Record<string, string>>;
  readonly port: number;
  /** Path that answers 200 when it is ready. */
  readonly readyPath: string;
  /** What it runs with beside program, arguments and environment: digests, texts of its files. */
  readonly inputs: unknown;
}

/**
 * Brings a process to the declared state: leaves one that runs with these inputs alone, replaces another, and waits until it
 * says that it is ready. One that doesn't become ready is stopped again.
 *
 * @throws Error with the end of its log if it doesn't become ready
 */
export async function ensureHttpProcess(declared: HttpProcess): Promise<'started' | 'restarted' | 'unchanged'> {
  const { daemon, program, port, readyPath, inputs, environment = {} } = declared;
  const revision = createHash('sha256')
    .update(JSON.stringify([program, declared.arguments, environment, port, inputs]))
    .digest('hex');
  const running = runningRevision(daemon);
  if (running === revision) return 'unchanged';
  if (running !== undefined) await stopHttpProcess(daemon);
  await startDaemon(daemon, { program, arguments: declared.arguments, environment, revision });
  const ready = await waitUntil(
    async () => runningPid(daemon) === undefined || (await isReady(port, readyPath)),
    readyMilliseconds,
  );
  if (!ready || runningPid(daemon) === undefined) {
    await stopHttpProcess(daemon);
    throw new Error(`${daemon.name} on port ${port} did not become ready:\n${logTail(daemon, 15)}`);
  }
  return running === undefined ? 'started' : 'restarted';
}

/** Lets a process finish what it has in hand, and ends it. */
export async function stopHttpProcess(daemon: Daemon): Promise<void> {
  await stopDaemon(daemon, drainMilliseconds);
}

function isReady(port: number, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request({ host: '127.0.0.1', port, path, timeout: 2_000, agent: false }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode === 200));
    });
    probe.once('timeout', () => probe.destroy(new Error('no answer')));
    probe.once('error', () => resolve(false));
    probe.end();
  });
}
