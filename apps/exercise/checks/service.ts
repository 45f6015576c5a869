/** The processes themselves: that they answer, are ready, and tell of themselves. */
import type { Check, CheckContext } from '../check';
import { describeStatus, expectStatus, openApiShape, readBody } from '../contract';
import { Findings } from '../findings';
import { Unexpected } from '../unexpected';

/** Operations the api must document. */
const operations = [
  'get /resources/{id}',
  'put /resources/{id}',
  'post /sessions',
  'get /sessions/me',
  'delete /sessions/me',
  'delete /sessions',
  'post /orders',
  'get /orders/{id}',
  'post /orders/{id}/replay',
  'get /limits/{policy}',
  'post /locks/{name}/runs',
  'get /leader',
  'post /leader/resignations',
] as const;

/** A line of the Prometheus text format that is no comment. */
const samplePattern = /^[a-zA-Z_:][\w:]*(\{.*\})? (-?[\d.]+(e[+-]?\d+)?|[+-]Inf|NaN)( \d+)?$/i;

const reachable: Check = {
  id: 'reachable',
  capability: 'service',
  proves: 'the api answers and tells its processes apart',
  gate: true,
  async run({ api }) {
    await api.discover();
    const { length } = api.instances;
    return new Findings().atLeast('processes', Math.min(2, length), length).note(api.instances.join(', ')).finding;
  },
};

const health: Check = {
  id: 'health',
  capability: 'service',
  proves: 'every process is alive and ready',
  async run({ api }) {
    const findings = new Findings();
    for (const instance of api.instances) {
      for (const path of ['/healthz', '/readyz']) {
        const answer = await api.sendTo(instance, { path });
        findings.require(
          answer.status === 200,
          `${instance}${path} 200`,
          `${instance}${path} ${describeStatus(answer)}`,
        );
      }
    }
    return findings.holds(api.instances.length > 0, 'alive and ready', api.instances.join(', ')).finding;
  },
};

const metrics: Check = {
  id: 'metrics',
  capability: 'service',
  proves: 'every process serves Prometheus metrics',
  async run({ api }) {
    const findings = new Findings();
    let fewest = Infinity;
    for (const instance of api.instances) {
      const answer = await api.sendTo(instance, { path: '/metrics', headers: { accept: 'text/plain' } });
      expectStatus(answer, 200);
      const lines = answer.text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      const malformed = lines.find((line) => !samplePattern.test(line));
      findings.require(malformed === undefined, `samples of ${instance} well formed`, `'${malformed ?? ''}'`);
      fewest = Math.min(fewest, lines.length);
    }
    return findings.atLeast('samples', 1, fewest).finding;
  },
};

const openApi: Check = {
  id: 'openapi',
  capability: 'service',
  proves: 'the api is documented',
  async run(context) {
    const { paths } = readBody(await context.api.send({ path: '/docs/json' }), 200, openApiShape);
    const documented = new Set(
      Object.entries(paths).flatMap(([path, item]) =>
        Object.keys(item).map((method) => `${method} ${path.replace(/(.)\/$/, '$1')}`),
      ),
    );
    const missing = operations.filter((operation) => !documented.has(operation));
    const page = await pageAt(context, '/docs');
    return new Findings()
      .equal('operations', operations.length, operations.length - missing.length)
      .require(missing.length === 0, 'none missing', missing.join(', '))
      .require(page.length > 0, 'a page', 'an empty one').finding;
  },
};

/** Follows redirections to a page of HTML. */
async function pageAt({ api }: CheckContext, start: string): Promise<string> {
  let path = start;
  for (let redirections = 0; redirections < 4; redirections++) {
    const answer = await api.send({ path, headers: { accept: 'text/html' } });
    const location = answer.headers.location;
    if (answer.status < 300 || answer.status > 399 || location === undefined) {
      expectStatus(answer, 200);
      const contentType = answer.headers['content-type'] ?? 'none';
      if (!contentType.startsWith('text/html')) throw new Unexpected(`GET ${path}: text/html`, contentType);
      return answer.text;
    }
    path = new URL(location, answer.url).pathname;
  }
  throw new Unexpected(`GET ${start}: a page`, 'redirections without end');
}

export const serviceChecks: readonly Check[] = [reachable, health, metrics, openApi];
