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
} from '../resources';
import { Unexpected } from '../unexpected';

/** Writes whose way to the other process is timed. */
const invalidationRounds = 10;

/**
 * Longest time a write may take to reach the other process. It is below the second for which a process keeps values of
 * its own, so that a process that merely forgets in time does not pass.
 */
const invalidationMilliseconds = 500;

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
    const milliseconds: number[] = [];
    while (milliseconds.length < invalidationRounds && (milliseconds.at(-1) ?? 0) <= invalidationMilliseconds) {
      const name = `Round ${milliseconds.length + 1}`;
      milliseconds.push(await timeInvalidation(context, resource.id, { ...resourceInput, name }));
    }
    return new Findings()
      .atMost('slowest ms', invalidationMilliseconds, round(Math.max(...milliseconds)))
      .note(`median ${round(percentile(milliseconds, 0.5) ?? 0)} ms of ${milliseconds.length}`).finding;
  },
};

/** Milliseconds from the acknowledgement of a write until another process, which kept the value, reads it. */
async function timeInvalidation(context: CheckContext, id: string, input: typeof resourceInput): Promise<number> {
  const { api, signal } = context;
  // Every process keeps the present value.
  await Promise.all(api.instances.map((instance) => api.sendTo(instance, resourceRequest(id))));
  const { resource: written, answer } = await updateResource(context, id, input);
  const startedAt = performance.now();
  const reader = api.another(answer.instance);
  await poll({
    expected: `version ${written.version} at ${reader}`,
    look: () => readResource(context, reader, id),
    done: ({ version }) => version >= written.version,
    describe: ({ version }) => `version ${version}`,
    timeoutMilliseconds: 2_000,
    pauseMilliseconds: 1,
    signal,
  });
  const milliseconds = performance.now() - startedAt;
  const own = await readResource(context, answer.instance, id);
  if (own.version >= written.version) return milliseconds;
  throw new Unexpected(`version ${written.version} at ${answer.instance}, which wrote it`, `version ${own.version}`);
}

const round = (milliseconds: number) => Math.round(milliseconds * 10) / 10;

export const cacheChecks: readonly Check[] = [missThenHit, localTier, negative, invalidation];
