import { connectRedis, disconnectRedis } from '../../../apps/redis/client';
import { RedisUnavailableError } from '../../../apps/redis/deadline';
import { SharedDeadline } from '../../../apps/redis/shared-deadline';

/** A client that was closed: nothing can be sent, but what is waited for needs no connection. */
const client = connectRedis({
  topology: 'standalone',
  address: { host: '127.0.0.1', port: 1 },
  username: 'nobody',
  password: '',
});

beforeAll(() => disconnectRedis(client));

test('an answer in time is passed on, and so is an error', async () => {
  const deadline = new SharedDeadline(client, 1_000);
  await expect(deadline.wait('a test', Promise.resolve('reply'))).resolves.toBe('reply');
  await expect(deadline.wait('a test', Promise.reject(new Error('WRONGTYPE')))).rejects.toThrow('WRONGTYPE');
});

test('no answer in time is an error that names the operation and the time', async () => {
  const deadline = new SharedDeadline(client, 40);
  const start = performance.now();
  const late = deadline.wait('a test', new Promise(() => undefined));
  await expect(late).rejects.toThrow('Redis is unavailable for a test: no answer within 40 ms');
  expect(performance.now() - start).toBeGreaterThanOrEqual(39);
});

test('of many operations only the late ones fail', async () => {
  const deadline = new SharedDeadline(client, 40);
  const waits = Array.from({ length: 100 }, (_, index) =>
    deadline.wait('a test', index % 2 === 0 ? Promise.resolve(index) : new Promise<number>(() => undefined)),
  );
  const results = await Promise.allSettled(waits);
  expect(results.map(({ status }) => status)).toEqual(waits.map((_, i) => (i % 2 === 0 ? 'fulfilled' : 'rejected')));
});

test('a busy event loop isn’t taken for a late answer', async () => {
  const deadline = new SharedDeadline(client, 40);
  const reply = deadline.wait('a test', inTurns(3));
  const end = performance.now() + 200;
  while (performance.now() < end);
  await expect(reply).resolves.toBeUndefined();
});

/** Resolves after some turns of the event loop, in each of which due timers fire. */
async function inTurns(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test('without a connection commands fail at once and aren’t sent', async () => {
  const deadline = new SharedDeadline(client, 1_000);
  const send = jest.fn(() => Promise.resolve());
  await expect(deadline.run('a test', send)).rejects.toThrow(RedisUnavailableError);
  await expect(deadline.run('a test', send)).rejects.toThrow('Redis is unavailable for a test: the connection is end');
  expect(send).not.toHaveBeenCalled();
});
