import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventually } from '../../support/eventually';
import { WorkerTests } from '../../support/worker-tests';

const tests = new WorkerTests();

/** One order at a time, of up to 13 in hand; what isn't handed back would be delivered again after 9 minutes. */
const oneByOne = { WORKER_CONCURRENCY: '1', WORKER_BATCH_SIZE: '1' };

describe('SIGTERM', () => {
  test('lets the worker finish what it has begun and hand back the rest', async () => {
    const worker = await tests.start('worker-1', oneByOne);
    const hold = await tests.hold('resource-1');
    await tests.orderSpread(8);
    await tests.blocked('worker-1');
    await eventually(async () => (await tests.snapshot).pending === 8);
    expect(await tests.effects()).toEqual({});

    worker.kill('SIGTERM');
    await eventually(async () => (await worker.get('/readyz')).status === 503);
    expect(await worker.readiness()).toEqual({ status: 503, reasons: ['stopping'] });
    expect(await worker.get('/healthz')).toMatchObject({ status: 200 });
    // What arrives now is for others.
    await tests.orderMany(2);
    expect(worker.hasEnded).toBe(false);
    await hold.release();
    expect(await worker.exited).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(worker.logged('stopped')).toHaveLength(1);
    expect(await tests.effects()).toEqual({ 'worker-1': 1 });
    expect(await tests.snapshot).toMatchObject({ depth: 9, pending: 0, delayed: 0 });

    const successor = await tests.start('worker-2', oneByOne);
    await tests.settled();
    expect(await tests.effects()).toEqual({ 'worker-1': 1, 'worker-2': 9 });
    expect(await successor.metrics()).toMatchObject({ 'queue_messages_total{outcome="completed"}': 9 });
  });

  test('ends an idle worker at once', async () => {
    const worker = await tests.start('worker-1');
    const at = performance.now();
    worker.kill('SIGTERM');
    expect(await worker.exited).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(performance.now() - at).toBeLessThan(2_000);
  });

  test('waits no longer than an order may take', async () => {
    const worker = await tests.start('worker-1', { ...oneByOne, HANDLER_TIMEOUT_MILLISECONDS: '1000' });
    const hold = await tests.hold('resource-1');
    const order = await tests.order();
    await tests.blocked('worker-1');
    const at = performance.now();
    worker.kill('SIGTERM');
    expect(await worker.exited).toMatchObject({ code: 0, signal: null });
    // The handler's time, and that of the statement that it left behind, which the database cancels after 5 s.
    expect(performance.now() - at).toBeLessThan(10_000);
    expect(await tests.effects()).toEqual({});
    await hold.release();
    await tests.start('worker-2');
    await tests.settled();
    expect(await tests.find(order)).toMatchObject({ status: 'effected', worker: 'worker-2' });
  });

  test('ends it at once when it is repeated', async () => {
    const worker = await tests.start('worker-1', oneByOne);
    await tests.hold('resource-1');
    await tests.order();
    await tests.blocked('worker-1');
    worker.kill('SIGTERM');
    await eventually(() => worker.logged('stopping').length === 1);
    const at = performance.now();
    worker.kill('SIGTERM');
    expect(await worker.exited).toMatchObject({ code: 1, signal: null });
    expect(performance.now() - at).toBeLessThan(1_000);
    expect(worker.logged('stopped')).toEqual([]);
  });
});

describe('settings', () => {
  test('that are bad are told on stderr, all at once, and end it with status 2', async () => {
    const passwordFile = path.join(tests.servers.cluster.directory, 'open-password');
    const secret = 'Kq3-never-to-be-shown-9fW';
    writeFileSync(passwordFile, secret, { mode: 0o644 });
    const { exited } = await tests.spawn('worker-1', {
      PORT: 'http',
      MAX_ATTEMPTS: '0',
      REDIS_TOPOLOGY: undefined,
      REDIS_PASSWORD_FILE: passwordFile,
    });
    const { stderr, ...exit } = await exited;
    expect(exit).toEqual({ code: 2, signal: null, stdout: '' });
    expect(stderr.trim().split('\n')).toEqual([
      'settings of the worker has 4 problems:',
      '  - PORT: "http"; expected a whole number from 0 to 65535. Change PORT.',
      '  - REDIS_TOPOLOGY: missing; expected one of: cluster, sentinel, standalone. Set REDIS_TOPOLOGY.',
      `  - REDIS_PASSWORD_FILE: "${passwordFile}"; expected a file that others can not open (chmod o= it). ` +
        'Change REDIS_PASSWORD_FILE.',
      '  - MAX_ATTEMPTS: "0"; expected a whole number from 1 to 100. Change MAX_ATTEMPTS.',
    ]);
  });

  test('of Sentinels need the name of their master', async () => {
    const { exited } = await tests.spawn('worker-1', { REDIS_TOPOLOGY: 'sentinel' });
    const { code, stderr } = await exited;
    expect(code).toBe(2);
    expect(stderr).toMatch(/^ {2}- REDIS_MASTER_NAME: missing; .*\. Set REDIS_MASTER_NAME\.$/m);
  });

  test('with a port that is taken end it with status 1', async () => {
    const worker = await tests.start('worker-1');
    const second = await tests.spawn('worker-2', { PORT: worker.port });
    const { code, stderr } = await second.exited;
    expect(code).toBe(1);
    expect(stderr).toContain(`EADDRINUSE: address already in use 127.0.0.1:${worker.port}`);
  });
});
