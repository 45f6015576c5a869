import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

/** The bundle that `npm run build` made, as Lambda calls it. */
const bundle = path.resolve(__dirname, '../../../dist/password-rotation/index.js');
const run = promisify(execFile);
const secretName = 'test-redis/app';

let server: Server;
let asked: string[];
let nextRotation: Date;

beforeEach(async () => {
  asked = [];
  // Secrets Manager, as far as the daily question asks it.
  server = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push(`${String(request.headers['x-amz-target'])} ${body}`);
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      response.end(JSON.stringify({ RotationEnabled: true, NextRotationDate: nextRotation.getTime() / 1000 }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => new Promise((resolve) => server.close(resolve)));

/** Calls the handler in a process of its own. @returns what it wrote */
async function call(event: unknown, environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const script =
    `require(${JSON.stringify(bundle)})` +
    `.handler(${JSON.stringify(event)}, { getRemainingTimeInMillis: () => 60000 })` +
    `.then(() => console.log('done'), (error) => console.log(String(error)))`;
  const { stdout } = await run(process.execPath, ['-e', script], {
    env: {
      AWS_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      USER_IDS: JSON.stringify({ [secretName]: 'test-redis-app' }),
      ...environment,
    },
  });
  return stdout.trim();
}

const tomorrow = () => new Date(Date.now() + 86_400_000);

test('asks AWS by the SDK that the runtime brings', async () => {
  nextRotation = tomorrow();
  expect(await call({ action: 'check-rotations' })).toBe('done');
  expect(asked).toEqual([`secretsmanager.DescribeSecret {"SecretId":"${secretName}"}`]);
});

test('fails if a password is older than it may be', async () => {
  nextRotation = new Date('2026-01-01T00:00:00Z');
  expect(await call({ action: 'check-rotations' })).toContain(
    `Secret '${secretName}' was to be changed by 2026-01-01T00:00:00.000Z`,
  );
});

test.each<[string, unknown, Readonly<Record<string, string>>, string]>([
  ['something else than a request', { action: 'delete' }, {}, 'Request: expected a step of a rotation'],
  ['no users', { action: 'check-rotations' }, { USER_IDS: '' }, 'USER_IDS: expected a JSON object'],
])('%s is refused before AWS is asked', async (_, event, environment, message) => {
  expect(await call(event, environment)).toContain(message);
  expect(asked).toEqual([]);
});
