import { SharedDeadline } from '../../../apps/redis/shared-deadline';
import { RedisUnavailableError } from '../../../apps/redis/unavailability';

/** A reply that is waited for, as components wait for the promise of a command. */
function wait<Reply>(deadline: SharedDeadline, reply: Promise<Reply>): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const watch = deadline.watch('a test', { reject });
    reply.then(resolve, reject).finally(() => watch.leave());
  });
}

test('an answer in time is passed on, and so is an error', async () => {
  const deadline = new SharedDeadline(1_000);
  await expect(wait(deadline, Promise.resolve('reply'))).resolves.toBe('reply');
  await expect(wait(deadline, Promise.reject(new Error('WRONGTYPE')))).rejects.toThrow('WRONGTYPE');
});

test('no answer in time is an error that names the operation and the time', async () => {
  const deadline = new SharedDeadline(40);
  const start = performance.now();
  const late = wait(deadline, new Promise(() => undefined));
  await expect(late).rejects.toThrow('Redis is unavailable for a test: no answer within 40 ms');
  await expect(late).rejects.toMatchObject({ name: 'RedisUnavailableError', mayBeDone: true, isRefusal: false });
  expect(performance.now() - start).toBeGreaterThanOrEqual(39);
});

test('of many operations only the late ones fail', async () => {
  const deadline = new SharedDeadline(40);
  const waits = Array.from({ length: 100 }, (_, index) =>
    wait(deadline, index % 2 === 0 ? Promise.resolve(index) : new Promise<number>(() => undefined)),
  );
  const results = await Promise.allSettled(waits);
  expect(results.map(({ status }) => status)).toEqual(waits.map((_, i) => (i % 2 === 0 ? 'fulfilled' : 'rejected')));
});

test('a busy event loop isn’t taken for a late answer', async () => {
  const deadline = new SharedDeadline(40);
  const reply = wait(deadline, inTurns(3));
  const end = performance.now() + 200;
  while (performance.now() < end);
  await expect(reply).resolves.toBeUndefined();
});

/** Resolves after some turns of the event loop, in each of which due timers fire. */
async function inTurns(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test('a second command of an operation has what is left of the deadline', () => {
  jest.useFakeTimers();
  try {
    const deadline = new SharedDeadline(1_000);
    const [first, second] = [jest.fn(), jest.fn()];
    const watch = deadline.watch('a test', { reject: first });
    jest.advanceTimersByTime(900);
    watch.retarget({ reject: second });
    jest.advanceTimersByTime(350);
    expect(first).not.toHaveBeenCalled();
    expect(second).toHaveBeenCalledWith(expect.any(RedisUnavailableError));
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});

test('a long deadline is late by a quarter of a second at most', () => {
  jest.useFakeTimers();
  try {
    const reject = jest.fn();
    new SharedDeadline(15_000).watch('a test', { reject });
    jest.advanceTimersByTime(14_999);
    expect(reject).not.toHaveBeenCalled();
    jest.advanceTimersByTime(251);
    expect(reject).toHaveBeenCalledTimes(1);
  } finally {
    jest.useRealTimers();
  }
});
