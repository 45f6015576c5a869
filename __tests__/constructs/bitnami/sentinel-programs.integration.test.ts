/** Pods of Redis with Sentinels for real: what they start from, and what happens to them. */
import { spawn } from 'node:child_process';
import { connect } from 'node:tls';
import { commandOf } from '../../../apps/local-platform/observability';
import { awaitReady, connectRedis, disconnectRedis } from '../../../apps/redis/client';
import { eventually } from '../../support/eventually';
import { freePorts } from '../../support/free-ports';
import { LibraryLoad } from '../../support/library-load';
import { SentinelPods } from '../../support/sentinel-pods';

let pods: SentinelPods;
let load: LibraryLoad | undefined;

beforeAll(async () => {
  pods = await SentinelPods.start();
});

afterEach(async () => {
  await load?.close();
  load = undefined;
});

afterAll(() => pods.stop());

/** A failover whose first tries fail is tried again after twice its timeout, ten seconds here. */
async function newMasterAfter(former: string): Promise<string> {
  await eventually(async () => (await pods.master().catch(() => former)) !== former, 60_000);
  return pods.master();
}

test("a pod's exporter logs in and reports that its server answers", async () => {
  const [name = ''] = pods.names;
  const [port = 0] = await freePorts(1);
  const exporter = spawn(commandOf('exporter'), [...pods.exporterArguments(name, port)], { stdio: 'ignore' });
  try {
    const metrics = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    await eventually(async () => (await metrics().catch(() => '')).includes('redis_exporter_build_info'));
    expect(/^redis_up .*$/m.exec(await metrics())?.[0]).toBe('redis_up 1');
    expect(/^redis_exporter_last_scrape_error\{.*$/m.exec(await metrics())?.[0]).toMatch(/ 0$/);
  } finally {
    exporter.kill();
  }
});

interface Key {
  get(): Promise<string | null>;
  set(value: string): Promise<unknown>;
}

/** Does something with a key as the application. What was set is with both replicas. */
async function withKey<T>(use: (key: Key) => Promise<T>): Promise<T> {
  const client = connectRedis(pods.settings('app'));
  try {
    await awaitReady(client, 10_000);
    return await use({
      get: () => client.get('cache:kept'),
      set: async (value) => {
        await client.set('cache:kept', value);
        expect(await client.wait(2, 5_000)).toBe(2);
      },
    });
  } finally {
    await disconnectRedis(client);
  }
}

async function canLogIn(settings = pods.settings('app')): Promise<boolean> {
  const client = connectRedis({ ...settings, failoverMilliseconds: 500 });
  try {
    await awaitReady(client, 1_000);
    return true;
  } catch {
    return false;
  } finally {
    await disconnectRedis(client);
  }
}

/** Serial number of the certificate that a server shows. */
function serialOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ca: pods.settings('app').caCertificate });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
  });
}

const serials = () => Promise.all(pods.ports.map(serialOf));

test('the first pod is the master at first, and all are ready and alive', async () => {
  expect(await pods.master()).toBe('redis-node-0');
  for (const name of pods.names) {
    for (const program of ['ready', 'alive', 'watches']) expect((await pods.run(name, program)).code).toBe(0);
  }
});

test('a pod that is stopped under load hands its master over, and comes back as a replica', async () => {
  load = new LibraryLoad(pods);
  await load.start();
  const former = await pods.master();
  const { code, stdout } = await pods.stopPod(former);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^handed over to localhost:\d+\n$/) as string,
  });
  expect(await pods.master()).not.toBe(former);
  await load.flow();
  await pods.startPod(former);
  await pods.whole();
  expect(await pods.ask(former, 'redis', 'ROLE')).toEqual(expect.arrayContaining(['slave', 'connected']));
  const report = await load.finish();
  expect(report).toMatchObject({ lost: [], refused: [], wrongReads: [], mostHolders: 1, fenceBreaches: 0 });
  expect(report.longestMilliseconds).toBeLessThan(10_000);
});

test('a master that loses its volume does not come back empty: its replicas have the data', async () => {
  await withKey((key) => key.set('kept'));
  const former = await pods.master();
  await pods.crashPod(former);
  pods.loseVolume(former);
  await pods.startPod(former);
  await newMasterAfter(former);
  await pods.whole();
  expect(pods.log(former, 'redis')).toContain('has no data, while others have');
  expect(await pods.ask(former, 'redis', 'ROLE')).toEqual(expect.arrayContaining(['slave']));
  expect(await withKey((key) => key.get())).toBe('kept');
});

test('pods that were all away come back with the data of the last master', async () => {
  // Not the first: it would be the master if all were forgotten.
  const first = 'redis-node-0';
  if ((await pods.master()) === first) {
    await pods.ask(first, 'sentinel', 'SENTINEL', 'FAILOVER', 'main');
    await newMasterAfter(first);
    await pods.whole();
  }
  await withKey((key) => key.set('of the last master'));
  const master = await pods.master();
  // Those that would hand over to the first one go first.
  const others = pods.names.filter((name) => name !== master);
  for (const name of [...others, master]) await pods.stopPod(name);
  await Promise.all(pods.names.map((name) => pods.startPod(name)));
  await pods.whole();
  expect(await withKey((key) => key.get())).toBe('of the last master');
}, 150_000);

test('nothing is lost when the master loses its volume while all pods are away', async () => {
  await withKey((key) => key.set('kept once more'));
  const former = await pods.master();
  for (const name of pods.names) await pods.crashPod(name);
  pods.loseVolume(former);
  await Promise.all(pods.names.map((name) => pods.startPod(name)));
  await newMasterAfter(former);
  await pods.whole();
  expect(await withKey((key) => key.get())).toBe('kept once more');
}, 150_000);

test('changed passwords are taken while the former ones still are, by servers and Sentinels alike', async () => {
  const former = pods.settings('app');
  const restarts = () => pods.names.map((name) => pods.log(name, 'sentinel').match(/starts again/g)?.length ?? 0);
  const asked = pods.exporterRequests.length;
  const [before, containers] = [restarts(), pods.names.map((name) => pods.pid(name, 'sentinel'))];
  pods.rotatePasswords();
  await eventually(() => canLogIn(), 20_000);
  expect(await canLogIn(former)).toBe(true);
  // Each Sentinel starts again for its own new password, which its container doesn't notice.
  await eventually(() => restarts().every((count, index) => count === (before[index] ?? 0) + 1), 60_000);
  await pods.whole();
  expect(pods.names.map((name) => pods.pid(name, 'sentinel'))).toEqual(containers);
  await eventually(() => pods.exporterRequests.length === asked + pods.names.length);
  expect(new Set(pods.exporterRequests)).toEqual(new Set(['POST /-/reload']));
  // After another change nobody logs in with what was known at first.
  pods.rotatePasswords();
  await eventually(() => canLogIn(), 20_000);
  await eventually(async () => !(await canLogIn(former)), 20_000);
  await eventually(() => restarts().every((count, index) => count === (before[index] ?? 0) + 2), 60_000);
  await pods.whole();
  const master = await pods.master();
  expect((await pods.stopPod(master)).stdout).toMatch(/^handed over to /);
  await pods.startPod(master);
  await pods.whole();
}, 240_000);

test('renewed certificates are shown by servers and Sentinels', async () => {
  const before = await serials();
  await pods.renewCertificates();
  await eventually(async () => {
    const now = await serials().catch(() => before);
    return now.every((serial, index) => serial !== before[index]);
  }, 60_000);
  await pods.whole();
}, 120_000);

test('who does not know the password finds a server alive and not ready', async () => {
  const [name = ''] = pods.names;
  const PASSWORD_FILE = '/dev/null';
  expect((await pods.run(name, 'alive', { PASSWORD_FILE })).code).toBe(0);
  expect((await pods.run(name, 'ready', { PASSWORD_FILE })).code).toBe(1);
  expect((await pods.run(name, 'alive', { SELF: '127.0.0.1:1' })).code).toBe(1);
});

test('no user was refused a command that it needs', async () => {
  for (const name of pods.names) {
    for (const kind of ['redis', 'sentinel'] as const) {
      const entries = (await pods.ask(name, kind, 'ACL', 'LOG')) as unknown[][];
      // A keeper logs in with both of its passwords, of which the server knows one until it has been told.
      expect(entries.filter((entry) => entry[entry.indexOf('reason') + 1] !== 'auth')).toEqual([]);
    }
  }
});
