import { manifestOf } from '../../../kubernetes/deployment/manifests/kinds';
import { plannedDatabase, withDatabaseAddress } from '../../../kubernetes/stand-ins/database';
import { planNamed } from '../../support/environment-plans';

const database = (name: string) => {
  const planned = plannedDatabase(planNamed(name).resources);
  if (!planned) throw new Error(`${name} has no database`);
  return planned;
};

test('the name and the database are those of RDS', () => {
  expect(database('staging')).toEqual({
    host: expect.stringMatching(/^staging-postgres\.[0-9a-f]{12}\.us-east-1\.rds\.amazonaws\.com$/) as string,
    database: 'application',
  });
});

test('who connects to it finds it by that name, and other pods stay as they are', () => {
  const { resources } = planNamed('staging');
  const planned = database('staging');
  const changed = resources
    .filter(({ type, stack }) => stack === 'staging-application' && /^kubernetes_(deployment|job)/.test(type))
    .map((one) => withDatabaseAddress(manifestOf(one), planned, '10.96.0.9'))
    .filter((manifest) => JSON.stringify(manifest).includes('hostAliases'));
  expect(changed.map(({ metadata }) => metadata.name.replace(/-[0-9a-f]{10}$/, '')).sort()).toEqual([
    'api',
    'migration',
    'worker',
  ]);
  const aliases = { hostAliases: [{ ip: '10.96.0.9', hostnames: [planned.host] }] };
  for (const { spec } of changed) expect(spec).toHaveProperty('template.spec', expect.objectContaining(aliases));
});
