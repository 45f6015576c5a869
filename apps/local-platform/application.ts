/** The api and worker processes: started from their bundles, replaced when bundle or settings change. */
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import path from 'node:path';
import { logTail, runningPid, runningRevision, startDaemon, stopDaemon, waitUntil } from './daemon';
import { applicationDaemon } from './liveness';
import type { ApplicationResource } from './resources';
import { writeSecretFile } from './secret-files';

/** Longest time a process may take to become ready, in milliseconds. */
const readyMilliseconds = 60_000;

/** Longest time a process may take to finish what it has in hand, in milliseconds. */
const drainMilliseconds = 30_000;

/**
 * Brings a process to the declared state: leaves one that runs with these settings alone, replaces another, and waits
 * until it says that it is ready. One that doesn't become ready is stopped again.
 *
 * @throws Error with the end of its log if it doesn't become ready
 */
export async function ensureApplication(resource: ApplicationResource): Promise<'started' | 'restarted' | 'unchanged'> {
  const daemon = applicationDaemon(resource.directory, resource.name);
  writeSecretFile(path.join(daemon.directory, 'settings.env'), renderSettings(resource.settings));
  const revision = createHash('sha256')
    .update(JSON.stringify([resource.bundleDigest, resource.port, resource.settings]))
    .digest('hex');
  const running = runningRevision(daemon);
  if (running === revision) return 'unchanged';
  if (running !== undefined) await stopDaemon(daemon, drainMilliseconds);
  await startDaemon(daemon, {
    program: process.execPath,
    arguments: ['--enable-source-maps', path.resolve('dist', `${resource.program}.js`)],
    environment: resource.settings,
    revision,
  });
  const ready = await waitUntil(
    async () => runningPid(daemon) === undefined || (await isReady(resource.port)),
    readyMilliseconds,
  );
  if (!ready || runningPid(daemon) === undefined) {
    await stopDaemon(daemon, drainMilliseconds);
    throw new Error(`${resource.name} on port ${resource.port} did not become ready:\n${logTail(daemon, 15)}`);
  }
  return running === undefined ? 'started' : 'restarted';
}

/** For `node --env-file`: people run the program's commands with the settings of the process, in its folder. */
function renderSettings(settings: ApplicationResource['settings']): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
    .join('');
}

/** Lets a process finish what it has in hand, and ends it. */
export async function stopApplication({
  directory,
  name,
}: Pick<ApplicationResource, 'directory' | 'name'>): Promise<void> {
  await stopDaemon(applicationDaemon(directory, name), drainMilliseconds);
}

function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request({ host: '127.0.0.1', port, path: '/readyz', timeout: 2_000, agent: false }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode === 200));
    });
    probe.once('timeout', () => probe.destroy(new Error('no answer')));
    probe.once('error', () => resolve(false));
    probe.end();
  });
}
