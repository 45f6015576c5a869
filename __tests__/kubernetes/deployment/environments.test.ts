/** Every environment with Redis on Kubernetes can be turned into objects, before any cluster is started for it. */
import { parseEnvironment, type EnvironmentInput } from '../../../environments/environment';
import { developmentEnvironment } from '../../../environments/development';
import { kubernetesEnvironment } from '../../../environments/kubernetes';
import { stagingEnvironment } from '../../../environments/staging';
import { manifestOf } from '../../../kubernetes/deployment/manifests/kinds';
import { objectsOfRelease } from '../../../kubernetes/deployment/releases';
import { planEnvironment } from '../../../review/synthesis/environment-plan';
import { testDay } from '../../support/kubernetes';
import { testSurroundings } from '../../support/surroundings';
import { withoutTokenTraces } from '../../support/token-traces';

const environments: readonly EnvironmentInput[] = [kubernetesEnvironment, stagingEnvironment, developmentEnvironment];

test.each(environments.map((input) => [input.name, input] as const))('%s', (_, input) => {
  const environment = parseEnvironment(input, testDay);
  const { resources } = withoutTokenTraces(() => planEnvironment(environment, testSurroundings()));
  const kinds = resources
    .filter(({ mode, type }) => mode === 'managed' && /^(?:kubernetes|helm)_/.test(type))
    .flatMap((resource) =>
      resource.type === 'helm_release'
        ? objectsOfRelease(resource, { applicationImage: 'redis-platform.local/application:0.1.0' }).objects
        : [manifestOf(resource)],
    )
    .map(({ kind }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(['Namespace', 'StatefulSet', 'ExternalSecret', 'Certificate', 'Job']));
});
