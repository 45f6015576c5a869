/** Very many reads of one key at the same moment, over all processes. */
import type { Answer, Api, Burst } from '../api';
import type { Check, CheckContext } from '../check';
import { describeStatus, readBody, resourceShape, type Resource } from '../contract';
import { Findings } from '../findings';
import { poll } from '../poll';
import {
  cacheResult,
  createResource,
  isLoad,
  readResource,
  resourceInput,
  resourceRequest,
  updateResource,
} from '../resources';

const cold: Check = {
  id: 'stampede-cold',
  capability: 'cache',
  proves: 'a stampede on a cold key loads it once',
  crossProcess: true,
  async run(context) {
    const { api, stampede } = context;
    const { resource: warm } = await createResource(context, 'warm');
    await openConnections(api, stampede, warm.id);
    const { resource } = await createResource(context, 'stampede');
    const burst = await api.burst(stampede, () => resourceRequest(resource.id));
    return judge(api, burst, stampede).equal('bodies', 1, bodies(burst.answers)).note(duration(burst)).finding;
  },
};

const underWrite: Check = {
  id: 'stampede-write',
  capability: 'cache',
  proves: 'a stampede around a write loads it once more',
  crossProcess: true,
  async run(context) {
    const { api, stampede } = context;
    const { resource: before } = await createResource(context, 'stampede-write');
    await Promise.all(api.instances.map((instance) => api.sendTo(instance, resourceRequest(before.id))));
    // Half of the reads race the write; the other half finds the key cold when the write is acknowledged.
    const startedAt = performance.now();
    const half = Math.ceil(stampede / 2);
    const racing = api.burst(half, () => resourceRequest(before.id));
    const { resource: after } = await updateResource(context, before.id, { ...resourceInput, priceCents: 2_500 });
    const following = await api.burst(stampede - half, () => resourceRequest(before.id));
    const burst = merge(await racing, following, performance.now() - startedAt);
    const versions = new Map<number, Set<string>>();
    for (const answer of burst.answers.filter(({ status }) => status === 200)) {
      const { version } = readBody(answer, 200, resourceShape);
      versions.set(version, (versions.get(version) ?? new Set()).add(answer.text));
    }
    const foreign = [...versions.keys()].filter((version) => version !== before.version && version !== after.version);
    const last = await Promise.all(api.instances.map((instance) => lastVersion(context, instance, after)));
    return judge(api, burst, stampede)
      .equal('last version', after.version, Math.min(...last))
      .require(foreign.length === 0, 'old or new version', `version ${foreign.join(', ')}`)
      .require(
        [...versions.values()].every(({ size }) => size === 1),
        'one body for each version',
        'several',
      )
      .note(duration(burst)).finding;
  },
};

/** Connections for the whole stampede, so that its reads arrive together and not one handshake after the other. */
async function openConnections(api: Api, count: number, id: string): Promise<void> {
  await api.burst(count, () => resourceRequest(id));
}

function judge(api: Api, { answers, failures }: Burst, count: number): Findings {
  const refused = answers.find(({ status }) => status !== 200);
  const answered = answers.filter(({ status }) => status === 200);
  const loads = answered.filter((answer) => isLoad(cacheResult(answer))).length;
  const findings = new Findings().atMost('loads', 1, loads).equal('answers', count, answered.length);
  const processes = new Set(answered.map(({ instance }) => instance)).size;
  findings.require(processes >= Math.min(2, api.instances.length), 'answers of 2 processes', `of ${processes}`);
  if (failures[0]) findings.note(`first failure: ${failures[0].message}`);
  if (refused) findings.note(`first refusal: ${describeStatus(refused)}`);
  return findings;
}

/** What a process says once the invalidation has reached it. */
async function lastVersion(context: CheckContext, instance: string, { id, version }: Resource): Promise<number> {
  const seen = await poll({
    expected: `version ${version} at ${instance} in the end`,
    look: () => readResource(context, instance, id),
    done: (resource) => resource.version >= version,
    describe: (resource) => `version ${resource.version}`,
    timeoutMilliseconds: 2_000,
    signal: context.signal,
  });
  return seen.version;
}

function bodies(answers: readonly Answer[]): number {
  return new Set(answers.filter(({ status }) => status === 200).map(({ text }) => text)).size;
}

function merge(first: Burst, second: Burst, milliseconds: number): Burst {
  return {
    answers: [...first.answers, ...second.answers],
    failures: [...first.failures, ...second.failures],
    milliseconds,
  };
}

const duration = ({ milliseconds }: Burst) => `${Math.round(milliseconds)} ms`;

export const stampedeChecks: readonly Check[] = [cold, underWrite];
