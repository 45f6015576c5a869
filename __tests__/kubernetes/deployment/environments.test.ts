/** Every environment with Redis on Kubernetes can be turned into objects, before any cluster is started for it. */
import type { z } from 'zod';
import { parseEnvironment, type EnvironmentInput } from '../../../environments/environment';
import { developmentEnvironment } from '../../../environments/development';
import { kubernetesEnvironment } from '../../../environments/kubernetes';
import { stagingEnvironment } from '../../../environments/staging';
import { manifestOf } from '../../../kubernetes/deployment/manifests/kinds';
import type { Manifest } from '../../../kubernetes/deployment/manifests/manifest';
import { objectsOfRelease } from '../../../kubernetes/deployment/releases';
import { externalSecretSpec, secretStoreSpec } from '../../../kubernetes/stand-ins/secrets/objects';
import { planEnvironment } from '../../../review/synthesis/environment-plan';
import { testDay } from '../../support/kubernetes';
import { testSurroundings } from '../../support/surroundings';
import { withoutTokenTraces } from '../../support/token-traces';
import { localImages } from '../../support/local-images';

const environments: readonly EnvironmentInput[] = [kubernetesEnvironment, stagingEnvironment, developmentEnvironment];

const known = new Map<EnvironmentInput, readonly Manifest[]>();

/** Objects of all stacks, made once. */
function objectsOf(input: EnvironmentInput): readonly Manifest[] {
  const objects = known.get(input) ?? madeOf(input);
  known.set(input, objects);
  return objects;
}

function madeOf(input: EnvironmentInput): readonly Manifest[] {
  const environment = parseEnvironment(input, testDay);
  const { resources } = withoutTokenTraces(() => planEnvironment(environment, testSurroundings()));
  return resources
    .filter(({ mode, type }) => mode === 'managed' && /^(?:kubernetes|helm)_/.test(type))
    .flatMap((resource) =>
      resource.type === 'helm_release'
        ? objectsOfRelease(resource, { images: localImages, customObjects: [] }).objects
        : [manifestOf(resource)],
    );
}

const cases = environments.map((input) => [input.name, input] as const);

test.each(cases)('%s: objects of each kind', (_, input) => {
  const kinds = objectsOf(input).map(({ kind }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(['Namespace', 'StatefulSet', 'ExternalSecret', 'Certificate', 'Job']));
});

const knownToTheStandIn = {
  ExternalSecret: externalSecretSpec,
  ClusterSecretStore: secretStoreSpec,
  SecretStore: secretStoreSpec,
};

test.each(cases)('%s: the stand-in of External Secrets knows everything that is asked of it', (_, input) => {
  const problems = objectsOf(input).flatMap(({ kind, metadata, spec }) => {
    const schema = knownToTheStandIn[kind as keyof typeof knownToTheStandIn] as z.ZodType | undefined;
    const problem = schema?.safeParse(spec).error;
    return problem ? [`${kind} ${metadata.name}: ${problem.message}`] : [];
  });
  expect(problems).toEqual([]);
});

interface SetSpec {
  readonly volumeClaimTemplates?: readonly { readonly spec: { readonly storageClassName?: string } }[];
}

test.each(cases)(
  '%s: no StatefulSet of Redis makes a claim by its template, in the place of one that was deleted',
  (_, input) => {
    const objects = objectsOf(input);
    const classes = objects
      .filter(({ kind, metadata }) => kind === 'StatefulSet' && metadata.namespace === 'redis')
      .flatMap(({ spec }) => (spec as SetSpec).volumeClaimTemplates ?? [])
      .map(({ spec }) => `${spec.storageClassName}.storageclass.storage.k8s.io/persistentvolumeclaims`);
    expect(classes.length).toBeGreaterThan(0);
    const quotas = objects.filter(({ kind, metadata }) => kind === 'ResourceQuota' && metadata.namespace === 'redis');
    expect(quotas.map(({ spec }) => (spec as { readonly hard: unknown }).hard)).toEqual(
      classes.map((name) => ({ [name]: '0' })),
    );
    const claims = objects.filter(({ kind }) => kind === 'PersistentVolumeClaim');
    const used = claims.map(({ spec }) => (spec as { readonly storageClassName: string }).storageClassName);
    expect(used.filter((name) => classes.some((quota) => quota.startsWith(`${name}.storageclass`)))).toEqual([]);
  },
);
