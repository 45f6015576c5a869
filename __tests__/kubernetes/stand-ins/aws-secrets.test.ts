import { accessDecisions, secretsManagerManifests, type CloudPlan } from '../../../kubernetes/stand-ins/aws-secrets';
import type { Kubectl, LiveObject } from '../../../kubernetes/deployment/kubectl';
import { keyOfArn, managedSecret } from '../../../kubernetes/stand-ins/secrets/secrets-manager';
import { stagingEnvironment } from '../../../environments/staging';
import { planOf, planWithout } from '../../support/environment-plan';
import { planNamed } from '../../support/environment-plans';

/** A cluster that has a Secret, or nothing. */
const clusterWith = (secret?: unknown) =>
  ({ find: () => Promise.resolve(secret as LiveObject | undefined) }) as unknown as Kubectl;

const valuesOf = async (plan: CloudPlan, existing?: unknown) => {
  const [secret, access] = await secretsManagerManifests(plan, clusterWith(existing));
  const data = secret?.data as Readonly<Record<string, string>>;
  const values = Object.entries(data).map(([key, encoded]) => {
    const value = managedSecret.parse(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')));
    expect(key).toBe(keyOfArn(value.arn));
    return value;
  });
  return { secret, access, byName: new Map(values.map((value) => [nameOf(value.arn), value])) };
};

const nameOf = (arn: string) => arn.replace(/^.*:secret:/, '').replace(/-[^-]{6}$/, '');

test('what the policies of the stacks grant may be read, and nothing else', () => {
  const plan = planNamed('staging');
  const all = accessDecisions(plan);
  expect(Object.keys(all).length).toBeGreaterThan(15);
  expect(Object.values(all).filter(({ allowed }) => !allowed)).toEqual([]);

  const without = accessDecisions(planWithout(plan, /staging-redis\/aws_iam_role_policy\./));
  const refused = Object.entries(without).filter(([, { allowed }]) => !allowed);
  expect(refused.map(([arn]) => nameOf(arn)).every((name) => name.startsWith('staging/redis/'))).toBe(true);
  expect(refused).toHaveLength(8);
  expect(refused[0]?.[1].why).toContain('no policy of the identity allows it');
});

test('a value for each secret, of the length and with the fields that its template has', async () => {
  const { byName } = await valuesOf(planNamed('staging'));
  const app = JSON.parse(byName.get('staging/redis/app')?.stages.AWSCURRENT ?? '') as Readonly<Record<string, unknown>>;
  expect(app).toEqual({
    username: 'app',
    generation: 1,
    password: expect.stringMatching(/^[A-Za-z0-9]{40}$/) as string,
  });
  const key = JSON.parse(byName.get('staging/application/session-signing/2026-11')?.stages.AWSCURRENT ?? '') as object;
  expect(key).toHaveProperty('password', expect.stringMatching(/^[A-Za-z0-9]{43}$/));
  const administrator = [...byName].find(([name]) => name.startsWith('rds!db-'))?.[1].stages.AWSCURRENT ?? '';
  expect(JSON.parse(administrator)).toEqual({ username: 'administrator', password: expect.any(String) as string });
  expect(byName.get('staging/alerts/slack')?.stages.AWSCURRENT).toMatch(/^[A-Za-z0-9]{40}$/);
});

test('values stay; a higher generation makes another, and the former is the previous one', async () => {
  const first = await valuesOf(planNamed('staging'));
  const second = await valuesOf(planNamed('staging'), first.secret);
  expect(second.byName).toEqual(first.byName);
  const { platform } = stagingEnvironment;
  if (platform.kind !== 'bitnami-cluster') throw new Error('staging is of another kind');
  const rotated = planOf({
    ...stagingEnvironment,
    platform: { ...platform, passwordGenerations: { ...platform.passwordGenerations, worker: 2 } },
  });
  const third = await valuesOf(rotated, first.secret);
  const stages = third.byName.get('staging/redis/worker')?.stages;
  expect(stages?.AWSPREVIOUS).toBe(first.byName.get('staging/redis/worker')?.stages.AWSCURRENT);
  expect(stages?.AWSCURRENT).not.toBe(stages?.AWSPREVIOUS);
  expect(third.byName.get('staging/redis/app')).toEqual(first.byName.get('staging/redis/app'));
});
