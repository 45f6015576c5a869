/** Platforms on machines of one's own, by name. They are rendered and installed by hand; nothing of them is in AWS. */
import { z } from 'zod';
import { didYouMean } from '../constructs/validation/did-you-mean';
import { violationsOf } from '../constructs/validation/schema-violations';
import { throwViolations } from '../constructs/validation/violations';
import { commonSettings, datasetMebibytes } from './common-settings';
import type { DeepReadonly } from './environment';
import { bareMetalSettings, bareMetalViolations } from './machines-settings';

const bareMetalEnvironmentSchema = z.strictObject({
  name: commonSettings.name,
  platform: bareMetalSettings,
  capacity: z.strictObject({ datasetMebibytes }),
});

/** A validated platform on machines of one's own. */
export type BareMetalEnvironment = DeepReadonly<z.output<typeof bareMetalEnvironmentSchema>>;

/** What the file of one states. */
export type BareMetalInput = DeepReadonly<z.input<typeof bareMetalEnvironmentSchema>>;

/** An example: copy it, and put names, rooms and sizes of one's own in their places. */
const datacentre: BareMetalInput = {
  name: 'datacentre',
  platform: {
    kind: 'bare-metal',
    machines: [
      { name: 'redis-1', host: 'redis-1.example.internal', failureDomain: 'room 1' },
      { name: 'redis-2', host: 'redis-2.example.internal', failureDomain: 'room 2' },
      { name: 'redis-3', host: 'redis-3.example.internal', failureDomain: 'room 3' },
    ],
    ports: { redis: 6_379, sentinel: 26_379 },
    memoryMebibytes: 16_384,
    diskGibibytes: 100,
    failover: {
      quorum: 2,
      downAfterMilliseconds: 5_000,
      failoverTimeoutMilliseconds: 15_000,
      writesWithoutReplicaSeconds: 5,
    },
    appendFsync: 'everysec',
  },
  capacity: { datasetMebibytes: 8_000 },
};

const sources: Readonly<Record<string, BareMetalInput>> = { datacentre };

/** Names of all of them. */
export const bareMetalNames: readonly string[] = Object.keys(sources);

/** @throws ViolationsError listing every violation */
export function parseBareMetal(input: BareMetalInput): BareMetalEnvironment {
  const subject = `environment '${input.name}'`;
  const parsed = bareMetalEnvironmentSchema.safeParse(input);
  if (!parsed.success) throwViolations(subject, violationsOf(parsed.error, bareMetalEnvironmentSchema, input));
  const environment = parsed.data as BareMetalEnvironment;
  throwViolations(subject, bareMetalViolations(environment.platform, environment.capacity));
  return environment;
}

/** @throws Error listing the known names if there is none of that name; ViolationsError if it is not valid */
export function loadBareMetal(name: string): BareMetalEnvironment {
  const source = Object.hasOwn(sources, name) ? sources[name] : undefined;
  if (!source) throw new Error(`there is no environment '${name}' on bare metal. ${didYouMean(name, bareMetalNames)}.`);
  return parseBareMetal(source);
}
