/**
 * Stands in for the controller of External Secrets where its image can't be had. It runs in a pod as that controller's
 * service account and has its rights and no others; kubernetes/stand-ins/list.ts says how it differs.
 */
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { apiOfPod } from '../api';
import { SecretsController, type Log } from './controller';
import { readinessPort } from './readiness-port';

/** Milliseconds between two rounds. */
const pauseMilliseconds = 2_000;

const log: Log = (entry) => process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`);

async function main(): Promise<void> {
  const stop = new AbortController();
  const api = apiOfPod(process.env);
  const controller = new SecretsController(api, log);
  let isReady = false;
  const server = createServer((request, response) => {
    response.statusCode = request.url !== '/readyz' ? 404 : isReady ? 200 : 503;
    response.end();
  });
  server.listen(readinessPort);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  while (!stop.signal.aborted) {
    try {
      await controller.round();
      isReady = true;
    } catch (error) {
      isReady = false;
      log({ message: 'round failed', error: error instanceof Error ? error.message : String(error) });
    }
    await sleep(pauseMilliseconds, undefined, { signal: stop.signal }).catch(() => undefined);
  }
  server.close();
  api.close();
}

void main();
