/** The api and worker processes: started from their bundles, replaced when bundle or settings change. */
import path from 'node:path';
import { ensureHttpProcess, stopHttpProcess } from './http-process';
import { applicationDaemon } from './liveness';
import type { ApplicationResource } from './resources';
import { writeSecretFile } from './secret-files';

/** Brings a process to the declared state. @throws Error with the end of its log if it doesn't become ready */
export function ensureApplication(resource: ApplicationResource): Promise<'started' | 'restarted' | 'unchanged'> {
  const { directory, name, program, port, settings, bundleDigest } = resource;
  const daemon = applicationDaemon(directory, name);
  writeSecretFile(path.join(daemon.directory, 'settings.env'), renderSettings(settings));
  return ensureHttpProcess({
    daemon,
    program: process.execPath,
    arguments: ['--enable-source-maps', path.resolve('dist', `${program}.js`)],
    environment: settings,
    port,
    readyPath: '/readyz',
    inputs: bundleDigest,
  });
}

/** For `node --env-file`: people run the program's commands with the settings of the process, in its folder. */
function renderSettings(settings: ApplicationResource['settings']): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
    .join('');
}

/** Lets a process finish what it has in hand, and ends it. */
export function stopApplication({ directory, name }: Pick<ApplicationResource, 'directory' | 'name'>): Promise<void> {
  return stopHttpProcess(applicationDaemon(directory, name));
}
