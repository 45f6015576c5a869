/** What watches the platform: an exporter beside each node of Redis, Prometheus, Alertmanager, and who is told. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { exporterPasswordFile } from '../../constructs/redis/exporter-login';
import { caFile } from './certificates';
import { ensureHttpProcess, stopHttpProcess } from './http-process';
import { observabilityDaemon } from './liveness';
import { certificatesDirectory, secretsDirectory } from './redis/layout';
import type { AlertReceiverResource, RedisExporterResource, WatcherResource } from './resources';
import { readRedisPassword, writeSecretFile } from './secret-files';

/** What programs are called: in packages of Debian, and by those who make them. */
const commands = {
  exporter: ['prometheus-redis-exporter', 'redis_exporter'],
  prometheus: ['prometheus'],
  alertmanager: ['prometheus-alertmanager', 'alertmanager'],
} as const;

/** The exporter logs in as its own user; its password is in a file among the secrets. */
export function ensureRedisExporter(resource: RedisExporterResource) {
  const { directory, name, port, redisPort } = resource;
  const daemon = observabilityDaemon(directory, name);
  const password = readRedisPassword(secretsDirectory(directory), 'exporter');
  const passwordFile = path.resolve(secretsDirectory(directory), `${name}.json`);
  writeSecretFile(passwordFile, exporterPasswordFile(redisPort, password));
  return ensureHttpProcess({
    daemon,
    program: commandOf('exporter'),
    arguments: [
      ...resource.arguments,
      `--redis.password-file=${passwordFile}`,
      `--tls-ca-cert-file=${path.resolve(caFile(certificatesDirectory(directory)))}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    port,
    readyPath: '/health',
    inputs: [],
  });
}

/** Prometheus or Alertmanager, with its files. */
export function ensureWatcher(resource: WatcherResource) {
  const { directory, name, port, program, files } = resource;
  const daemon = observabilityDaemon(directory, name);
  for (const [file, text] of Object.entries(files)) writeSecretFile(path.join(daemon.directory, file), text);
  return ensureHttpProcess({
    daemon,
    program: commandOf(program),
    arguments: resource.arguments,
    port,
    readyPath: '/-/ready',
    inputs: files,
  });
}

/** Takes what Alertmanager sends, and shows it. */
export function ensureAlertReceiver({ directory, name, port, bundleDigest }: AlertReceiverResource) {
  return ensureHttpProcess({
    daemon: observabilityDaemon(directory, name),
    program: process.execPath,
    arguments: ['--enable-source-maps', path.resolve('dist', 'alert-receiver.js')],
    environment: { HOST: '127.0.0.1', PORT: String(port), FILE: 'notifications.ndjson' },
    port,
    readyPath: '/healthz',
    inputs: bundleDigest,
  });
}

export const stopObserver = ({ directory, name }: { readonly directory: string; readonly name: string }) =>
  stopHttpProcess(observabilityDaemon(directory, name));

/** @throws Error naming the command that is missing */
export function commandOf(program: keyof typeof commands): string {
  const names = commands[program];
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const found = names.find((name) => folders.some((folder) => existsSync(path.join(folder, name))));
  if (found !== undefined) return found;
  throw new Error(`there is no command ${names.join(' or ')}: install it, scripts/setup.sh does where it can`);
}
