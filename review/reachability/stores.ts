/** Redis outside of Kubernetes, and Postgres. */
import { databasePort } from '../../constructs/database/database-access';
import { defaultPorts, serverlessPorts } from '../../constructs/redis/names';
import { textOf } from '../synthesis/blocks';
import type { ResolvedResource } from '../synthesis/resources';
import { subnetPlaces, type Plan } from './parties';
import { linuxClient, tcp, type Listener, type Party } from './party';

type StoreName = 'redis' | 'postgres';

export function storeParties(plan: Plan): readonly Party[] {
  return plan.resources
    .filter(({ mode }) => mode === 'managed')
    .flatMap((resource) => storeOf(plan, resource))
    .reduce(merged, []);
}

function storeOf(plan: Plan, { type, values }: ResolvedResource): readonly Party[] {
  const party = (
    name: StoreName,
    subnetIds: readonly string[],
    groups: unknown,
    listeners: readonly Listener[],
  ): readonly Party[] => [
    {
      name,
      area: 'Stores',
      places: subnetPlaces(plan, subnetIds),
      groups: groups as readonly string[],
      listeners,
      clientPorts: linuxClient,
    },
  ];
  switch (type) {
    case 'aws_elasticache_replication_group':
      return party(
        'redis',
        subnetsOf(plan, 'aws_elasticache_subnet_group', values.subnet_group_name),
        values.security_group_ids,
        tcp(Number(values.port)),
      );
    case 'aws_elasticache_serverless_cache':
      return party(
        'redis',
        values.subnet_ids as readonly string[],
        values.security_group_ids,
        tcp(...Object.values(serverlessPorts)),
      );
    case 'aws_network_interface':
      return party('redis', [textOf(values.subnet_id)], values.security_groups, tcp(...Object.values(defaultPorts)));
    case 'aws_db_instance':
    case 'aws_rds_cluster':
      return party(
        'postgres',
        subnetsOf(plan, 'aws_db_subnet_group', values.db_subnet_group_name),
        values.vpc_security_group_ids,
        tcp(Number(values.port ?? databasePort)),
      );
    default:
      return [];
  }
}

function subnetsOf({ resources }: Plan, type: string, name: unknown): readonly string[] {
  const group = resources.find((resource) => resource.type === type && resource.values.name === name);
  if (!group) throw new Error(`there is no ${type} ${String(name)}`);
  return group.values.subnet_ids as readonly string[];
}

/** Machines are one party with several places. */
function merged(parties: readonly Party[], party: Party): readonly Party[] {
  const same = parties.find(({ name }) => name === party.name);
  if (!same) return [...parties, party];
  return parties.map((one) => (one === same ? { ...one, places: [...one.places, ...party.places] } : one));
}
