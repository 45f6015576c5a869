import { Writable } from 'node:stream';
import { createLogger } from '../../../apps/service/logger';

const secret = 'Kq3-never-to-be-shown-9fW';

/** What is logged, a line each. */
function lines(level: string, log: (logger: ReturnType<typeof createLogger>) => void): string[] {
  const written: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(...chunk.toString().trim().split('\n'));
      done();
    },
  });
  log(createLogger('api-1', level, destination));
  return written;
}

test('a line has the instance and no secrets', () => {
  const headers = { authorization: `Bearer ${secret}`, cookie: `session=${secret}` };
  const [line = '', ...others] = lines('info', (logger) => {
    const input = { password: secret, token: secret };
    const res = { headers: { 'set-cookie': secret } };
    logger.info({ ...input, body: input, headers, req: { headers }, res, user: 'kept' }, 'request');
  });
  expect(others).toEqual([]);
  expect(line).not.toContain(secret);
  expect(JSON.parse(line)).toMatchObject({ instance: 'api-1', msg: 'request', user: 'kept' });
});

test('what is below the level is left out', () => {
  expect(lines('warn', (logger) => logger.info('not of this level'))).toEqual([]);
});

test('an error is logged without the command that it is about', () => {
  const cause = Object.assign(new Error('ECONNREFUSED'), { command: { args: [secret] } });
  const error = Object.assign(new Error('WRONGPASS invalid username-password pair'), {
    code: 'WRONGPASS',
    command: { name: 'auth', args: ['app', secret] },
    lastNodeError: cause,
  });
  const [line = ''] = lines('info', (logger) => logger.warn({ err: error }, 'redis'));
  expect(line).not.toContain(secret);
  expect(JSON.parse(line)).toMatchObject({
    err: { type: 'Error', message: error.message, code: 'WRONGPASS', lastNodeError: 'ECONNREFUSED' },
  });
});
