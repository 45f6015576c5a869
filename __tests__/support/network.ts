/** Networks, synthesized. */
import { Network, type NetworkProps } from '../../constructs/network/network';
import type { NetworkSettings } from '../../environments/network-settings';
import {
  resourcesOf,
  synthesizeConstruct,
  testAccount,
  type Arguments,
  type Configuration,
} from './synthesized-construct';

/** Settings of a network that is right in all. */
export const testNetwork: NetworkSettings = {
  cidr: '10.20.0.0/16',
  zones: ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'],
  nat: { kind: 'per-zone' },
  interfaceEndpoints: { kind: 'private-nodes', also: [] },
  flowLogs: { retentionDays: 365, aggregationSeconds: 600, traffic: 'all' },
  destruction: { kind: 'prevented' },
};

/** Why a test does something dangerous. */
export const reason = 'a reason that says why';

/** A network with some of its settings changed. */
export function networkWith(change: Partial<NetworkSettings> = {}, props: Partial<NetworkProps> = {}): Configuration {
  return synthesizeConstruct((stack) => {
    new Network(stack, 'network', { account: testAccount, settings: { ...testNetwork, ...change }, ...props });
  });
}

const nameOf = ({ tags }: Arguments) => (tags as { readonly Name: string }).Name;

/** Resources of a type by the `Name` they are tagged with. */
export function named(configuration: Configuration, type: string): Readonly<Record<string, Arguments>> {
  return Object.fromEntries(
    Object.values(resourcesOf(configuration, type)).map((resource) => [nameOf(resource), resource]),
  );
}

/** Terraform's address of the resource of a type that is tagged with this `Name`. @throws Error if there is none */
export function addressOf(configuration: Configuration, type: string, name: string): string {
  const found = Object.entries(resourcesOf(configuration, type)).find(([, resource]) => nameOf(resource) === name);
  if (!found) throw new Error(`no ${type} is named ${name}`);
  return `${type}.${found[0]}`;
}

/** What refers to the id of that resource. */
export function idOf(configuration: Configuration, type: string, name: string): string {
  return `\${${addressOf(configuration, type, name)}.id}`;
}
