/** A real API server gives the same answers as the review, to everything that the review asks. */
import { setTimeout } from 'node:timers/promises';
import { denials } from '../../../../review/rights/kubernetes/denials';
import { defaultRoles } from '../../../../review/rights/kubernetes/default-roles';
import { environmentNeeds } from '../../../../review/rights/kubernetes/environment-needs';
import {
  allowedBy,
  serviceAccountCaller,
  type AccessRequest,
  type Caller,
} from '../../../../review/rights/kubernetes/evaluator';
import { requestText } from '../../../../review/rights/kubernetes/request-text';
import { callerOf, requestOf } from '../../../../review/rights/kubernetes/unmet-needs';
import { controlPlaneTest, startControlPlane, type ControlPlane } from '../../../support/control-plane';
import { manifestList, namespaceList } from '../../../support/rbac-manifests';
import { reviewedEnvironments, rightsOf, type ReviewedEnvironment } from '../../../support/reviewed-environments';

let started: ControlPlane | undefined;

/** Starts it once, before the first test: a hook would do it even where all tests are skipped. */
const controlPlane = () => (started ??= startControlPlane());

afterAll(() => started?.stop());

type Question = readonly [Caller, AccessRequest];

/** Needs, prohibitions, and what Kubernetes allows every account. */
function questions(name: ReviewedEnvironment): readonly Question[] {
  const { objects, placed } = rightsOf(name);
  return [
    ...environmentNeeds(placed, objects.serviceAccounts).map((need): Question => [callerOf(need), requestOf(need)]),
    ...denials(objects).map(({ account, request }): Question => [serviceAccountCaller(account), request]),
    ...objects.serviceAccounts.flatMap((account) =>
      ['/version', '/apis/apps', '/metrics', '/logs/'].map((nonResourceURL): Question => [
        serviceAccountCaller(account),
        { verb: 'get', nonResourceURL },
      ]),
    ),
  ];
}

/** In groups: an API server answers a few at once. */
async function answers(asked: readonly Question[]): Promise<readonly boolean[]> {
  const found: boolean[] = [];
  for (let start = 0; start < asked.length; start += 50) {
    const group = asked.slice(start, start + 50);
    found.push(...(await Promise.all(group.map(([caller, request]) => controlPlane().allows(caller, request)))));
  }
  return found;
}

interface Comparison {
  readonly asked: number;
  readonly allowed: number;
  /** Questions that the API server answers in another way than the review, with its answer. */
  readonly different: readonly string[];
}

async function compare(name: ReviewedEnvironment): Promise<Comparison> {
  const { objects } = rightsOf(name);
  const asked = questions(name);
  const given = await answers(asked);
  const different = asked.flatMap(([caller, request], index) => {
    const expected = allowedBy(objects, caller, request) !== undefined;
    return given[index] === expected ? [] : [`${caller.user}: ${requestText(request)}: ${String(given[index])}`];
  });
  return { asked: asked.length, allowed: given.filter((answer) => answer).length, different };
}

/** The API server decides by a copy of what was written, which is late by moments. */
async function compareSettled(name: ReviewedEnvironment): Promise<Comparison> {
  const first = await compare(name);
  if (first.different.length === 0) return first;
  await setTimeout(2_000);
  return compare(name);
}

controlPlaneTest.each(reviewedEnvironments)('%s', async (name) => {
  const { objects } = rightsOf(name);
  const manifests = manifestList(objects, defaultRoles.roles);
  controlPlane().kubectl(namespaceList(objects), 'apply', '--server-side', '-f', '-');
  controlPlane().kubectl(manifests, 'apply', '--server-side', '-f', '-');
  try {
    const { asked, allowed, different } = await compareSettled(name);
    expect(different).toEqual([]);
    expect(allowed).toBeGreaterThan(200);
    expect(asked - allowed).toBeGreaterThan(1_000);
    console.info(`${name}: ${asked} questions, ${allowed} allowed`);
  } finally {
    controlPlane().kubectl(manifests, 'delete', '-f', '-');
  }
});
