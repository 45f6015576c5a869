/** Properties that hold for all policies, tried with many made from a few parts in a fixed random order. */
import { evaluate, type Decision } from '../../../../review/rights/evaluation/evaluate';
import type { JsonObject } from '../../../../review/rights/evaluation/json-document';
import type { Policies } from '../../../../review/rights/evaluation/request';
import { account, otherAccount, policy, request, roleArn, rootArn, sessionArn, userArn } from './fixture';

/** Statements of each policy; an absent policy has none. */
interface Parts {
  readonly identity: readonly JsonObject[];
  readonly boundary: readonly JsonObject[];
  readonly session: readonly JsonObject[];
  readonly resource: readonly JsonObject[];
  readonly endpoint: readonly JsonObject[];
  readonly resourceAccount: string;
}

const places = ['identity', 'boundary', 'session', 'resource', 'endpoint'] as const;
const runs = 200;

/** A linear congruential generator: the same numbers each time. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const actions = ['s3:*', 's3:Get*', 's3:PutObject', '*'];
const resources = ['*', 'arn:aws:s3:::bucket/*', 'arn:aws:s3:::other/*'];
const conditions = [
  {},
  {},
  { StringEquals: { 'aws:PrincipalTag/a': 'b' } },
  { StringNotEquals: { 'aws:PrincipalTag/a': 'b' } },
];
const principals = [
  '*',
  { AWS: roleArn },
  { AWS: sessionArn },
  { AWS: rootArn },
  { AWS: userArn },
  { Service: 's3.amazonaws.com' },
];

function makeParts(next: (below: number) => number): Parts {
  const pick = <Value>(values: readonly Value[]): Value => values[next(values.length)] as Value;
  const statements = (place: string, most: number, deny: number) =>
    Array.from({ length: next(most + 1) }, () => ({
      Effect: next(deny) === 0 ? 'Deny' : 'Allow',
      Action: pick(actions),
      Resource: pick(resources),
      Condition: pick(conditions),
      ...(place === 'resource' && { Principal: pick(principals) }),
    }));
  return {
    identity: statements('identity', 3, 8),
    boundary: statements('boundary', 1, 12),
    session: statements('session', 1, 12),
    resource: statements('resource', 3, 8),
    endpoint: statements('endpoint', 1, 12),
    resourceAccount: pick([account, otherAccount]),
  };
}

function decide(parts: Parts): Decision {
  const { identity, boundary, session, resource, endpoint } = parts;
  const policies: Policies = {
    identity: identity.length > 0 ? [policy('identity', 'identity', ...identity)] : [],
    ...(boundary.length > 0 && { boundary: policy('identity', 'boundary', ...boundary) }),
    ...(session.length > 0 && { session: [policy('identity', 'session', ...session)] }),
    ...(resource.length > 0 && { resource: policy('resource', 'resource', ...resource) }),
    ...(endpoint.length > 0 && { endpoint: policy('endpoint', 'endpoint', ...endpoint) }),
  };
  return evaluate(request({ context: { 'aws:ResourceAccount': parts.resourceAccount } }), policies);
}

const next = generator(17);
const samples = Array.from({ length: runs }, () => makeParts(next));

test('the samples have all kinds of decisions', () => {
  const kinds = samples.map((parts) => decide(parts).kind);
  for (const kind of ['allowed', 'explicit-deny', 'implicit-deny'] as const)
    expect(kinds.filter((each) => each === kind).length).toBeGreaterThan(runs / 20);
});

test.each(places)('a deny of everything in %s is an explicit deny, first or last', (place) => {
  const deny = { Effect: 'Deny', Action: '*', Resource: '*' };
  for (const parts of samples) {
    expect(decide({ ...parts, [place]: [deny, ...parts[place]] }).kind).toBe('explicit-deny');
    expect(decide({ ...parts, [place]: [...parts[place], deny] }).kind).toBe('explicit-deny');
  }
});

test('the order of statements decides nothing', () => {
  for (const parts of samples) {
    const reversed = { ...parts, ...Object.fromEntries(places.map((place) => [place, parts[place].toReversed()])) };
    expect(decide(reversed).kind).toBe(decide(parts).kind);
  }
});

test('without one of its Allow statements a denied request stays denied', () => {
  const denied = samples.filter((parts) => !decide(parts).allowed);
  for (const parts of denied)
    for (const place of places)
      parts[place].forEach(({ Effect: effect }, index) => {
        const rest = parts[place].toSpliced(index, 1);
        // Without its last statement a boundary, session or endpoint policy would be gone, and no longer limit.
        const limits = place !== 'identity' && place !== 'resource';
        if (effect === 'Allow' && (rest.length > 0 || !limits))
          expect(decide({ ...parts, [place]: rest }).allowed).toBe(false);
      });
});

test('with a further deny a denied request stays denied', () => {
  const denied = samples.filter((parts) => !decide(parts).allowed);
  for (const parts of denied) {
    const { [next(places.length)]: place = 'identity' } = places;
    const deny = { Effect: 'Deny', Action: actions[next(actions.length)], Resource: resources[next(resources.length)] };
    expect(decide({ ...parts, [place]: [...parts[place], deny] }).allowed).toBe(false);
  }
});

test('an explicit deny names a Deny statement, a yes only Allow statements', () => {
  for (const parts of samples) {
    const { kind, by } = decide(parts);
    const effects = by.map(({ place, sid }) => parts[place][Number(sid.slice(1)) - 1]?.Effect);
    if (kind === 'implicit-deny') expect(effects).toEqual([]);
    else expect(new Set(effects)).toEqual(new Set([kind === 'allowed' ? 'Allow' : 'Deny']));
  }
});
