import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpClient, type HttpRequest } from '../../../apps/exercise/http-client';
import { freePorts } from '../../support/free-ports';

let client: HttpClient;

beforeEach(() => {
  client = new HttpClient({ maxSocketsPerOrigin: 300 });
});

afterEach(() => client.close(new Error('the test is over')));

const get = (url: URL, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  url,
  headers: {},
  body: undefined,
  freshConnection: false,
  timeoutMilliseconds: 5_000,
  ...more,
});

async function withServer<Value>(
  listener: Parameters<typeof createServer>[1] & {},
  use: (url: URL) => Promise<Value>,
): Promise<Value> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/path`));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('many requests are in flight at once, and their connections are kept', async () => {
  const sockets = new Set<unknown>();
  let waiting: (() => void)[] = [];
  await withServer(
    (request, response) => {
      sockets.add(request.socket);
      waiting.push(() => response.end('ok'));
      // Answered only once all have come.
      if (waiting.length === 300) for (const answer of waiting) answer();
    },
    async (url) => {
      for (let round = 0; round < 2; round++) {
        waiting = [];
        const answers = await Promise.all(Array.from({ length: 300 }, () => client.send(get(url))));
        expect(answers.every(({ status, text }) => status === 200 && text === 'ok')).toBe(true);
      }
    },
  );
  expect(sockets.size).toBe(300);
});

test('a refused connection tells the URL and the remedy', async () => {
  const [port] = await freePorts(1);
  const url = new URL(`http://127.0.0.1:${port ?? 0}/healthz`);
  await expect(client.send(get(url))).rejects.toThrow(
    `expected an answer to GET /healthz, seen ${url.origin}: connection refused: nothing listens there; start the api`,
  );
});

test('an answer that does not come is given up in time', async () => {
  await withServer(
    () => undefined,
    async (url) => {
      await expect(client.send(get(url, { timeoutMilliseconds: 50 }))).rejects.toThrow(
        `expected GET /path answered within 0.05 s, seen no answer from ${url.origin}`,
      );
    },
  );
});

test('an answer that breaks off is no answer', async () => {
  await withServer(
    (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('some of it', () => response.destroy());
    },
    async (url) => {
      await expect(client.send(get(url))).rejects.toThrow('connection reset before the answer was complete');
    },
  );
});

test('https where there is no TLS tells the remedy', async () => {
  await withServer(
    (_request, response) => response.end(),
    async ({ host }) => {
      await expect(client.send(get(new URL(`https://${host}/`)))).rejects.toThrow('use http://');
    },
  );
});

test('close ends what is in flight and what comes later, with its reason', async () => {
  await withServer(
    () => undefined,
    async (url) => {
      const inFlight = client.send(get(url));
      client.close(new Error('the time is over'));
      await expect(inFlight).rejects.toThrow('the time is over');
      await expect(client.send(get(url))).rejects.toThrow('the time is over');
    },
  );
});
