/**
 * Finds pods for Prometheus: Debian builds it without its discovery in Kubernetes. Runs in the pod of Prometheus as its
 * service account, and answers `GET /pods?namespace=redis` as `http_sd_config` expects.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { apiOfPod } from '../../api';
import { discoveryPort } from './port';
import { targetsOf, type Node, type Pod, type Target } from './targets';

const api = apiOfPod(process.env);

async function list<Item>(path: string): Promise<readonly Item[]> {
  const { items } = (await api.get(path)) as { readonly items: readonly Item[] };
  return items;
}

async function targets({ url = '' }: IncomingMessage): Promise<readonly Target[] | undefined> {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  if (pathname !== '/pods') return undefined;
  const nodes = await list<Node>('/api/v1/nodes');
  const pods = await Promise.all(
    searchParams.getAll('namespace').map((namespace) => list<Pod>(`/api/v1/namespaces/${namespace}/pods`)),
  );
  return targetsOf(pods.flat(), nodes);
}

const server = createServer((request, response) => {
  void targets(request).then(
    (found) => {
      response.statusCode = found ? 200 : 404;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(found ?? {}));
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      // Prometheus keeps the targets that it had.
      response.statusCode = 503;
      response.end();
    },
  );
});
server.listen(discoveryPort, '127.0.0.1');
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    server.close();
    api.close();
  });
}
