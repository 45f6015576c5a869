import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

/** The bundle that `npm run build` made, as Lambda calls it. */
const bundle = path.resolve(__dirname, '../../../dist/alarm-notifier/index.js');
const run = promisify(execFile);

let server: Server;
let told: string[];
let status: number;

beforeEach(async () => {
  told = [];
  status = 200;
  // Secrets Manager, and the receiver that its secret leads to.
  server = createServer((request, response) => {
    void text(request).then((body) => {
      if (request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue') {
        const { port } = server.address() as AddressInfo;
        response.setHeader('content-type', 'application/x-amz-json-1.1');
        response.end(JSON.stringify({ SecretString: `http://127.0.0.1:${port}/secret-path` }));
        return;
      }
      told.push(`${request.url ?? ''} ${(JSON.parse(body) as { readonly status: string }).status}`);
      response.statusCode = status;
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => new Promise((resolve) => server.close(resolve)));

/** Calls the handler in a process of its own. @returns what it wrote */
async function call(): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const event = { Records: [{ Sns: { Subject: 'Failover', Message: 'a master moved' } }] };
  const script =
    `require(${JSON.stringify(bundle)}).handler(${JSON.stringify(event)})` +
    `.then(() => console.log('done'), (error) => console.log(String(error)))`;
  const { stdout } = await run(process.execPath, ['-e', script], {
    env: {
      AWS_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      RECEIVERS: JSON.stringify({ page: [], chat: [{ kind: 'webhook', secret: 'test/alerts/hook' }] }),
      RUNBOOKS_URL: 'https://git.test.example/docs/runbooks',
      CLUSTER_NAME: 'test-redis',
    },
  });
  return stdout.trim();
}

test('reads the address of a receiver from its secret, and tells it', async () => {
  expect(await call()).toBe('done');
  expect(told).toEqual(['/secret-path firing']);
});

test('fails, for Lambda to try again, if the receiver refuses; and keeps its address to itself', async () => {
  status = 403;
  const outcome = await call();
  expect(outcome).toBe("Error: Not told: webhook by 'test/alerts/hook': it answered 403");
});
