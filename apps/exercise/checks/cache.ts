/** The read-through cache of resources. */
import type { Check, CheckContext } from '../check';
import { readBody, resourceShape } from '../contract';
import { Findings } from '../findings';
import { percentile } from '../percentile';
import { poll } from '../poll';
import {
  cacheResult,
  createResource,
  readResource,
  resourceId,
  resourceInput,
  resourceRequest,
  updateResource,
  type ResourceInput,
} from '../resources';
import { Unexpected } from '../unexpected';

/** Writes whose way to the other process is timed. */
const invalidationRounds = 10;

/**
 * Longest time after a write for which the other process may answer with the old value. It is below the second for which
 * a process keeps values of its own, so that a process that merely forgets in time does not pass.
 */
const maxStaleMilliseconds = 500;

const missThenHit: Check = {
  id: 'cache-miss-hit',
  capability: 'cache',
  proves: 'the first read loads, the other process hits',
  crossProcess: true,
  async run(context) {
    const { api } = context;
    const { resource } = await createResource(context, 'cold');
    const first = await api.send(resourceRequest(resource.id));
    const second = await api.sendTo(api.another(first.instance), resourceRequest(resource.id));
    return new Findings()
      .equal('first', 'miss', cacheResult(first))
      .equal('second', 'hit', cacheResult(second))
      .require(first.text === second.text, 'the same body twice', 'two bodies')
      .require(
        readBody(first, 200, resourceShape).version === resource.version,
        `version ${resource.version}`,
        `version ${readBody(first, 200, resourceShape).version}`,
      ).finding;
  },
};

const localTier: Check = {
  id: 'cache-local',
  capability: 'cache',
  proves: 'a process answers again by itself',
  async run(context) {
    const { resource } = await createResource(context, 'local');
    const first = await context.api.send(resourceRequest(resource.id));
    const again = await context.api.sendTo(first.instance, resourceRequest(resource.id));
    return new Findings()
      .equal('first', 'miss', cacheResult(first))
      .equal('again', 'local', cacheResult(again))
      .require(first.text === again.text, 'the same body twice', 'two bodies').finding;
  },
};

const negative: Check = {
  id: 'cache-negative',
  capability: 'cache',
  proves: 'what does not exist is known, until it does',
  async run(context) {
    const { api } = context;
    const id = resourceId(context, 'absent');
    const first = await api.send(resourceRequest(id));
    const again = await api.sendTo(first.instance, resourceRequest(id));
    const findings = new Findings()
      .equal('first', 404, first.status)
      .equal('again', '404 negative', `${again.status} ${cacheResult(again)}`);
    const { answer } = await createResource(context, 'absent');
    const made = await api.sendTo(answer.instance, resourceRequest(id));
    return findings.equal('once made', 200, made.status).finding;
  },
};

const invalidation: Check = {
  id: 'cache-invalidation',
  capability: 'cache',
  proves: 'a write reaches the other process at once',
  crossProcess: true,
  async run(context) {
    const { resource } = await createResource(context, 'written');
    const writes: Propagation[] = [];
    while (writes.length < invalidationRounds && (writes.at(-1)?.staleMilliseconds ?? 0) <= maxStaleMilliseconds) {
      writes.push(await timeWrite(context, resource.id, { ...resourceInput, name: `Round ${writes.length + 1}` }));
    }
    const seen = writes.map(({ seenMilliseconds }) => seenMilliseconds);
    return new Findings()
      .atMost('stale ms', maxStaleMilliseconds, round(Math.max(...writes.map((write) => write.staleMilliseconds))))
      .note(`seen after ${round(percentile(seen, 0.5) ?? 0)} ms, median of ${seen.length}`).finding;
  },
};

/** What became of a write at another process, from its acknowledgement on. */
interface Propagation {
  /** When the last read was sent that still got the old value: slow answers do not count as stale ones. */
  readonly staleMilliseconds: number;
  /** When the new value was there. */
  readonly seenMilliseconds: number;
}

/** @throws Unexpected if the process that wrote it answers with the old value */
async function timeWrite(context: CheckContext, id: string, input: ResourceInput): Promise<Propagation> {
  const { api, signal } = context;
  // Every process keeps the present value.
  await Promise.all(api.instances.map((instance) => api.sendTo(instance, resourceRequest(id))));
  const { resource: written, answer } = await updateResource(context, id, input);
  const startedAt = performance.now();
  const reader = api.another(answer.instance);
  let staleMilliseconds = 0;
  await poll({
    expected: `version ${written.version} at ${reader}`,
    look: async () => {
      const sentAt = performance.now();
      const resource = await readResource(context, reader, id);
      if (resource.version < written.version) staleMilliseconds = sentAt - startedAt;
      return resource;
    },
    done: ({ version }) => version >= written.version,
    describe: ({ version }) => `version ${version}`,
    timeoutMilliseconds: 2_000,
    pauseMilliseconds: 1,
    signal,
  });
  const seenMilliseconds = performance.now() - startedAt;
  const own = await readResource(context, answer.instance, id);
  if (own.version >= written.version) return { staleMilliseconds, seenMilliseconds };
  throw new Unexpected(`version ${written.version} at ${answer.instance}, which wrote it`, `version ${own.version}`);
}

const round = (milliseconds: number) => Math.round(milliseconds * 10) / 10;

export const cacheChecks: readonly Check[] = [missThenHit, localTier, negative, invalidation];
