import { namespaces, secretStore } from '../../constructs/cluster-services/names';
import { cloudVariants } from '../support/cloud-variants';
import { matches, objectReleases, readSecrets, secretGrants } from '../support/external-secrets';
import { synthesize, type Synthesis } from '../support/synthesized';
import { stackOf } from '../support/terraform-references';

const syntheses = Object.entries(cloudVariants).map(
  ([variant, input]) => [variant, { name: input.name, synthesis: synthesize(input) }] as const,
);

const grantsOf = (name: string, synthesis: Synthesis) => secretGrants(synthesis, `${name}-eks-external-secrets`);
const ofSecretsManager = (synthesis: Synthesis) =>
  readSecrets(synthesis).filter(({ store }) => store.kind === secretStore.kind && store.name === secretStore.name);

describe.each(syntheses)('External Secrets with %s', (_, { name, synthesis }) => {
  const grants = grantsOf(name, synthesis);
  const read = ofSecretsManager(synthesis);

  test('reads passwords, session keys and receivers', () => {
    expect(read.map(({ externalSecret }) => externalSecret)).toEqual(
      expect.arrayContaining(['database-administrator', 'database-application-1', 'grafana-administrator']),
    );
    // Where no reference is left open, all names are compared.
    expect(
      read.filter(({ key }) => !/^arn:aws:secretsmanager:[\w-]+:\d{12}:secret:[\w!/-]+-AbCdEf$/.test(key)),
    ).toEqual([]);
  });

  test.each(['readable', 'decryptable'] as const)('has each secret that it reads: %s', (right) => {
    const missing = read.filter(({ key }) => !grants.some((grant) => grant[right].some((arn) => matches(arn, key))));
    expect(missing.map(({ stack, externalSecret, key }) => ({ stack, externalSecret, key }))).toEqual([]);
  });

  test.each(['readable', 'decryptable'] as const)('has no secret that it does not read: %s', (right) => {
    const unread = grants.flatMap((grant) =>
      grant[right].filter((arn) => !read.some(({ stack, key }) => stack === grant.stack && matches(arn, key))),
    );
    expect(unread).toEqual([]);
    expect(grants.flatMap((grant) => grant[right]).filter((arn) => arn.includes('*'))).toEqual([]);
  });

  test('is asked for none before the policy is there', () => {
    const early = read.filter(
      ({ stack, key, dependsOn }) =>
        !grants.some(
          (grant) =>
            grant.stack === stack &&
            dependsOn.includes(grant.address) &&
            grant.readable.some((arn) => matches(arn, key)),
        ),
    );
    expect(early.map(({ externalSecret }) => externalSecret)).toEqual([]);
  });

  test('fits its policies into the 10,240 characters of a role', () => {
    const policies = Object.keys(synthesis.stacks).flatMap((stack) =>
      Object.entries(stackOf(synthesis, stack).resource?.aws_iam_role_policy ?? {})
        .filter(([address]) => grants.some((grant) => grant.stack === stack && grant.address.endsWith(address)))
        .map(([, { policy }]) => String(policy)),
    );
    expect(policies.join('').length).toBeLessThan(10_240);
  });
});

describe('environments in one account', () => {
  /** Of the same account and region, as the patterns are compared by their names alone. */
  const nameOf = (arn: string) => arn.slice(arn.indexOf(':secret:'));

  test.each(syntheses)('%s: no other environment has a secret that it may read', (variant, { name, synthesis }) => {
    const others = syntheses.filter(([, other]) => other.name !== name);
    const patterns = grantsOf(name, synthesis).flatMap(({ readable }) => readable.map(nameOf));
    // What RDS names is known by its whole ARN.
    const named = patterns.filter((pattern) => !pattern.includes('rds!'));
    const foreign = others.flatMap(([, other]) => ofSecretsManager(other.synthesis).map(({ key }) => nameOf(key)));
    expect(foreign.filter((key) => named.some((pattern) => matches(pattern, key)))).toEqual([]);
    expect([variant, foreign.length > 0]).toEqual([variant, true]);
  });

  test.each(syntheses)(
    '%s: an environment that is named as the Redis of another has no secret in common with it',
    (_, { name, synthesis }) => {
      const patterns = grantsOf(name, synthesis).flatMap(({ readable }) => readable.map(nameOf));
      const named = patterns.filter((pattern) => !pattern.includes('rds!'));
      const renamed = syntheses.flatMap(([, other]) =>
        ofSecretsManager(other.synthesis).map(({ key }) =>
          nameOf(key).replace(new RegExp(`^:secret:${other.name}(?=[-/])`), `:secret:${name}-redis`),
        ),
      );
      expect(renamed.filter((key) => named.some((pattern) => matches(pattern, key)))).toEqual([]);
    },
  );
});

interface Role {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly rule: readonly {
    readonly resources: readonly string[];
    readonly resource_names?: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

interface Binding {
  readonly metadata: { readonly namespace: string };
  readonly role_ref: { readonly name: string };
  readonly subject: readonly { readonly name: string; readonly namespace: string }[];
}

interface KubernetesStoreSpec {
  readonly provider: {
    readonly kubernetes?: {
      readonly remoteNamespace: string;
      readonly auth: { readonly serviceAccount: { readonly name: string } };
    };
  };
}

/** Rules that a service account has in a namespace by a stack's own roles, and the addresses of their bindings. */
function rulesOf(synthesis: Synthesis, stack: string, account: Binding['subject'][number], namespace: string) {
  const { kubernetes_role_v1: roles = {}, kubernetes_role_binding_v1: bindings = {} } =
    stackOf(synthesis, stack).resource ?? {};
  return (Object.entries(bindings) as unknown as [string, Binding][])
    .filter(([, { metadata }]) => metadata.namespace === namespace)
    .filter(([, { subject }]) =>
      subject.some(({ name, namespace: of }) => name === account.name && of === account.namespace),
    )
    .flatMap(([address, { role_ref: reference }]) =>
      (Object.entries(roles) as unknown as [string, Role][])
        .filter(
          ([id, { metadata }]) =>
            [metadata.name, `\${kubernetes_role_v1.${id}.metadata[0].name}`].includes(reference.name) &&
            metadata.namespace === namespace,
        )
        .flatMap(([, { rule }]) => rule.map((each) => ({ ...each, binding: `kubernetes_role_binding_v1.${address}` }))),
    );
}

describe.each(syntheses)('stores of Secrets of other namespaces with %s', (_, { synthesis }) => {
  const stores = objectReleases(synthesis).flatMap(({ objects, ...release }) =>
    objects.flatMap(({ kind, metadata, spec }) => {
      const { kubernetes } = kind === 'SecretStore' ? (spec as unknown as KubernetesStoreSpec).provider : {};
      return kubernetes ? [{ ...release, name: metadata.name, ...kubernetes }] : [];
    }),
  );

  test('are there where Redis is in the cluster', () => {
    const isInCluster = /^(staging|development)-/.test(Object.keys(synthesis.stacks)[0] ?? '');
    expect(stores.map(({ name }) => name)).toEqual(isInCluster ? ['namespace-redis'] : []);
  });

  test('are logged in to by the controller, as this one service account, and before they are there', () => {
    for (const { stack, namespace, auth, dependsOn } of stores) {
      const controller = { name: 'external-secrets', namespace: namespaces.externalSecrets };
      const tokens = rulesOf(synthesis, stack, controller, namespace).filter(({ resources }) =>
        resources.includes('serviceaccounts/token'),
      );
      expect(tokens).toEqual([
        expect.objectContaining({
          api_groups: [''],
          resources: ['serviceaccounts/token'],
          resource_names: [auth.serviceAccount.name],
          verbs: ['create'],
        }),
      ]);
      expect(dependsOn).toEqual(expect.arrayContaining(tokens.map(({ binding }) => binding)));
    }
  });

  test('are read by a service account that may get each of the Secrets, and no other', () => {
    for (const { stack, namespace, name, remoteNamespace, auth, dependsOn } of stores) {
      const account = { name: auth.serviceAccount.name, namespace };
      const rules = rulesOf(synthesis, stack, account, remoteNamespace);
      const keys = readSecrets(synthesis).filter(({ store }) => store.kind === 'SecretStore' && store.name === name);
      expect(rules.flatMap(({ verbs }) => verbs)).toEqual(['get']);
      expect(rules.flatMap(({ resource_names: names }) => names)).toEqual(
        [...new Set(keys.map(({ key }) => key))].sort(),
      );
      expect(dependsOn).toEqual(expect.arrayContaining(rules.map(({ binding }) => binding)));
    }
  });
});
