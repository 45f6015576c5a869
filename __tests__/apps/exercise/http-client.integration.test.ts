/** TLS with certificates of the local platform's own authority. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HttpClient } from '../../../apps/exercise/http-client';
import { caFile, certificateFiles, ensureCertificates } from '../../../apps/local-platform/certificates';

let directory: string;
let server: Server;

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'exercise-tls-'));
  await ensureCertificates(directory, ['api']);
  const { certificateFile, keyFile } = certificateFiles(directory, 'api');
  const files = { cert: readFileSync(certificateFile), key: readFileSync(keyFile) };
  server = createServer(files, (_request, response) => response.end('ok'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true });
});

async function get(ca?: string) {
  const client = new HttpClient({ maxSocketsPerOrigin: 1, ...(ca === undefined ? {} : { ca }) });
  const url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/healthz`);
  try {
    const request = { method: 'GET', url, headers: {}, body: undefined, timeoutMilliseconds: 5_000 } as const;
    return [
      await client.send({ ...request, freshConnection: false }),
      await client.send({ ...request, freshConnection: true }),
    ];
  } finally {
    client.close(new Error('the test is over'));
  }
}

test('a certificate of an authority that was named is trusted', async () => {
  expect((await get(readFileSync(caFile(directory), 'utf8'))).map(({ text }) => text)).toEqual(['ok', 'ok']);
});

test('one of an unknown authority is refused, with the remedy', async () => {
  await expect(get()).rejects.toThrow('signed by an authority unknown here; name its file with --ca-file');
});
