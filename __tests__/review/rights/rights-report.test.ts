/** Who may do what in each environment and with every member of its unions, and what is noticed when that changes. */
import { mutateGrants } from '../../../review/rights/aws/mutation';
import { rightsSubject, type RightsSubject } from '../../../review/rights/aws/rights-check';
import { environmentNeeds } from '../../../review/rights/kubernetes/environment-needs';
import { mutateRules } from '../../../review/rights/kubernetes/mutation';
import {
  clusterRightsReport,
  renderRightsReport,
  rightsReport,
  type CloudRightsReport,
} from '../../../review/rights/rights-report';
import { kubernetesEnvironment } from '../../../environments/kubernetes';
import { parseEnvironment } from '../../../environments/environment';
import { planEnvironment } from '../../../review/synthesis/environment-plan';
import { testDay } from '../../support/kubernetes';
import { testSurroundings } from '../../support/surroundings';
import { planNamed, plannedEnvironments } from '../../support/environment-plans';
import { reviewedEnvironments, rightsOf } from '../../support/reviewed-environments';

const known = new Map<string, { readonly subject: RightsSubject; readonly report: CloudRightsReport }>();

function rightsNamed(name: string) {
  const found = known.get(name);
  if (found) return found;
  const plan = planNamed(name);
  const subject = rightsSubject(plan);
  const made = { subject, report: rightsReport(plan, subject) };
  known.set(name, made);
  return made;
}

describe.each(Object.keys(plannedEnvironments))('%s', (name) => {
  test('every need is granted, nothing that must not be, and nothing more', () => {
    const { problems, asked } = rightsNamed(name).report;
    expect(problems).toEqual([]);
    expect(asked.needed).toBeGreaterThan(150);
    expect(asked.forbidden).toBeGreaterThan(3_000);
  });

  test('every role and every service with rights is a caller in the table', () => {
    const { policies, needs } = rightsNamed(name).subject;
    const callers = new Set(needs.map(({ caller }) => (caller.kind === 'role' ? caller.arn : caller.name)));
    const entries = policies.own.flatMap(({ statements }) =>
      statements.flatMap(({ principals }) => principals?.entries ?? []),
    );
    const named = entries.flatMap((entry) => ('name' in entry ? entry.name : []));
    expect([...new Set(named)].filter((service) => !callers.has(service))).toEqual([]);
    expect(policies.roles.filter((role) => !callers.has(role) && policies.hasRights(role))).toEqual([]);
  });

  test('each grant that is taken away is missed', () => {
    const { taken, unnoticed } = mutateGrants(rightsNamed(name).subject);
    expect(taken).toBeGreaterThan(150);
    expect(unnoticed).toEqual([]);
  });
});

test('rights of production', () => {
  expect(renderRightsReport(rightsNamed('production').report)).toMatchSnapshot();
});

test('an environment on a cluster without AWS reports the rights within the cluster', () => {
  const plan = planEnvironment(parseEnvironment(kubernetesEnvironment, testDay), testSurroundings());
  const report = clusterRightsReport(plan);
  expect(report.problems).toEqual([]);
  const text = renderRightsReport(report);
  expect(text).toMatch(/^Rights of kubernetes within Kubernetes: /);
  expect(text).toContain('redis/secret-reader');
  // A right less is a need that isn't met.
  const stacks = plan.stacks.map((stack) => {
    const { resource = {} } = stack.configuration;
    const others = Object.entries(resource).filter(([type]) => type !== 'kubernetes_role_binding_v1');
    return { ...stack, configuration: { ...stack.configuration, resource: Object.fromEntries(others) } };
  });
  expect(clusterRightsReport({ ...plan, stacks }).problems[0]).toMatch(/ may not /);
});

/** Rows as texts, with the environment's name taken out. */
function rowsOf(name: string): readonly string[] {
  const { aws, kubernetes } = rightsNamed(name).report;
  return [...aws, ...kubernetes].map((row) => Object.values(row).flat().join(' | ').replaceAll(name, '‹environment›'));
}

test.each(['staging', 'development'])('rights of %s that production has not, and the other way round', (name) => {
  const [own, others] = [new Set(rowsOf(name)), new Set(rowsOf('production'))];
  expect({
    more: [...own].filter((row) => !others.has(row)),
    less: [...others].filter((row) => !own.has(row)),
  }).toMatchSnapshot();
});

test.each(reviewedEnvironments)('%s: each rule within Kubernetes that is taken away is missed', (name) => {
  const { objects, placed } = rightsOf(name);
  const { taken, unnoticed } = mutateRules(objects, environmentNeeds(placed, objects.serviceAccounts));
  // Fewer without the services of AWS and of observability.
  expect(taken).toBeGreaterThan(name === 'kubernetes' ? 70 : 80);
  expect(unnoticed).toEqual([]);
});
