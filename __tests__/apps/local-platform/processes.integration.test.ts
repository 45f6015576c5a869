import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  logFile,
  logTail,
  runningPid,
  runningRevision,
  startDaemon,
  stopDaemon,
  waitUntil,
  type Daemon,
} from '../../../apps/local-platform/daemon';
import { caFile, certificateFiles, ensureCertificates } from '../../../apps/local-platform/certificates';
import { recordDeclared } from '../../../apps/local-platform/declared';
import { stopEverything } from '../../../apps/local-platform/liveness';
import { checkPorts } from '../../../apps/local-platform/ports';
import { ensureSecrets, writeRedisUserFiles, redisSecretNames } from '../../../apps/local-platform/secret-files';
import { observeLocalPlatform } from '../../../constructs/local/observation';
import { freePorts } from '../../support/free-ports';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'local-platform-'));
});

afterEach(async () => {
  await stopEverything(directory);
  rmSync(directory, { recursive: true, force: true });
});

const daemonOf = (name: string): Daemon => ({ name, directory: path.join(directory, 'application', name) });

/** A process that prints its environment, then waits; with `stubborn` it ignores SIGTERM. */
function start(daemon: Daemon, { stubborn = false, revision = 'r1' } = {}): Promise<number> {
  const program = `${stubborn ? "process.on('SIGTERM', () => {});" : ''}
    console.log(JSON.stringify(process.env)); setInterval(() => {}, 1000);`;
  return startDaemon(daemon, {
    program: process.execPath,
    arguments: ['-e', program],
    environment: { SETTING: 'value' },
    revision,
  });
}

const hasPrinted = (daemon: Daemon) => waitUntil(() => readFileSync(logFile(daemon), 'utf8').length > 0, 5_000);

describe('a daemon', () => {
  test('runs with its own settings and without the secrets of its starter', async () => {
    process.env.SECRET_OF_THE_CALLER = 'x';
    const daemon = daemonOf('api-1');
    const pid = await start(daemon);
    expect(await hasPrinted(daemon)).toBe(true);
    delete process.env.SECRET_OF_THE_CALLER;
    expect(runningPid(daemon)).toBe(pid);
    expect(runningRevision(daemon)).toBe('r1');
    const environment = JSON.parse(logTail(daemon)) as Record<string, string>;
    expect(environment.SETTING).toBe('value');
    expect(environment).not.toHaveProperty('SECRET_OF_THE_CALLER');
    expect(statSync(logFile(daemon)).mode & 0o777).toBe(0o600);
  });

  test('ends when asked to', async () => {
    const daemon = daemonOf('api-1');
    await start(daemon);
    await hasPrinted(daemon);
    expect(await stopDaemon(daemon, 5_000)).toBe(true);
    expect(runningPid(daemon)).toBeUndefined();
    expect(await stopDaemon(daemon, 5_000)).toBe(true);
  });

  test('is killed when it does not end in time, and when it is frozen', async () => {
    const daemon = daemonOf('api-1');
    const pid = await start(daemon, { stubborn: true });
    await hasPrinted(daemon);
    process.kill(pid, 'SIGSTOP');
    expect(await stopDaemon(daemon, 300)).toBe(false);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  test('is not mistaken for a process that has its number now', async () => {
    const daemon = daemonOf('api-1');
    await start(daemon);
    await stopDaemon(daemon, 5_000);
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    writeFileSync(
      path.join(daemon.directory, 'process.json'),
      JSON.stringify({ pid: stranger.pid, startedAt: 'another time', revision: 'r1' }),
    );
    expect(runningPid(daemon)).toBeUndefined();
    await stopDaemon(daemon, 100);
    expect(stranger.exitCode).toBeNull();
    expect(stranger.kill('SIGKILL')).toBe(true);
  });

  test('that cannot be started says which program is missing', async () => {
    await expect(
      startDaemon(daemonOf('api-1'), { program: 'no-such-program', arguments: [], revision: '' }),
    ).rejects.toThrow("api-1: can't start no-such-program");
  });
});

describe('observation', () => {
  test('a process that is gone gets its next incarnation, one that runs keeps it', async () => {
    await start(daemonOf('api-1'));
    recordDeclared(directory, { name: 'api-1', incarnation: 4 });
    recordDeclared(directory, { name: 'api-2', incarnation: 7 });
    recordDeclared(directory, { name: 'redis-1', incarnation: 1, port: 7101 });
    const observation = observeLocalPlatform(directory);
    expect(['api-1', 'api-2', 'worker-1'].map((name) => observation.incarnation(name))).toEqual([4, 8, 1]);
    expect(observation.deployedRedisPorts).toEqual({ 'redis-1': 7101 });
  });

  test('a platform that was never deployed starts at 1', () => {
    expect(observeLocalPlatform(path.join(directory, 'none')).incarnation('redis-1')).toBe(1);
  });
});

describe('ports', () => {
  let server: Server | undefined;

  afterEach(() => {
    server?.close();
  });

  test('all that are taken are named at once, with the remedy', async () => {
    const [free = 0, taken = 0] = await freePorts(2);
    server = createServer();
    await new Promise<void>((resolve) => server?.listen(taken, '127.0.0.1', resolve));
    const check = (ports: Record<string, number>) => checkPorts({ name: 'ports', directory, ports, incarnations: {} });
    await expect(check({ 'redis-1': free })).resolves.toBeUndefined();
    await expect(check({ 'redis-1': free, 'redis-2': taken, 'redis-3 bus': taken })).rejects.toThrow(
      `already in use on 127.0.0.1: port ${taken} of redis-2, port ${taken} of redis-3 bus. ` +
        'End what listens there, or set LOCAL_FIRST_PORT to the first of 50 free ports',
    );
  });
});

describe('secrets and certificates', () => {
  test('secrets are 256 bits in files of mode 0600, and stay', () => {
    expect(ensureSecrets(directory, ['one', 'two'])).toEqual(['one', 'two']);
    const one = readFileSync(path.join(directory, 'one'), 'utf8');
    expect(Buffer.from(one, 'base64url')).toHaveLength(32);
    expect(statSync(path.join(directory, 'one')).mode & 0o777).toBe(0o600);
    expect(ensureSecrets(directory, ['one', 'three'])).toEqual(['three']);
    expect(readFileSync(path.join(directory, 'one'), 'utf8')).toBe(one);
  });

  test('users.acl holds digests, never a password', () => {
    ensureSecrets(directory, redisSecretNames);
    expect(writeRedisUserFiles(directory)).toBe(true);
    expect(writeRedisUserFiles(directory)).toBe(false);
    const acl = readFileSync(path.join(directory, 'users.acl'), 'utf8');
    for (const name of redisSecretNames) {
      expect(acl).not.toContain(readFileSync(path.join(directory, name), 'utf8'));
    }
    expect(statSync(path.join(directory, 'replication.conf')).mode & 0o777).toBe(0o600);
  });

  test('certificates are made once, with keys for their owner alone, and again when one is damaged', async () => {
    expect(await ensureCertificates(directory, ['redis-1', 'postgres'])).toEqual(['ca', 'redis-1', 'postgres']);
    expect(await ensureCertificates(directory, ['redis-1', 'postgres'])).toEqual([]);
    const { keyFile } = certificateFiles(directory, 'redis-1');
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    rmSync(keyFile);
    expect(await ensureCertificates(directory, ['redis-1', 'postgres'])).toEqual(['redis-1']);
    rmSync(caFile(directory));
    expect(await ensureCertificates(directory, ['redis-1', 'postgres'])).toEqual(['ca', 'redis-1', 'postgres']);
  });

  test('an unwritable folder is an error, not half a certificate', async () => {
    const file = path.join(directory, 'file');
    writeFileSync(file, '');
    chmodSync(file, 0o400);
    await expect(ensureCertificates(path.join(file, 'certificates'), ['redis-1'])).rejects.toThrow();
  });
});
