/** Rights of the shipped environments as reviewers see them, and what is noticed when they change. */
import { environmentNeeds } from '../../../review/rights/kubernetes/environment-needs';
import { mutateRules } from '../../../review/rights/kubernetes/mutation';
import { renderRightsReport, rightsReport, type RightsReport } from '../../../review/rights/rights-report';
import { planNamed } from '../../support/environment-plans';
import { reviewedEnvironments, rightsOf } from '../../support/reviewed-environments';

const reports = new Map<string, RightsReport>();

function reportOf(name: string): RightsReport {
  const report = reports.get(name) ?? rightsReport(planNamed(name));
  reports.set(name, report);
  return report;
}

test.each(reviewedEnvironments)('%s has no problem', (name) => {
  expect(reportOf(name).problems).toEqual([]);
});

test('rights of production', () => {
  expect(renderRightsReport(reportOf('production'))).toMatchSnapshot();
});

/** Rows as texts, with the environment's name taken out. */
function rowsOf(name: string): readonly string[] {
  const { aws, kubernetes } = reportOf(name);
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
  const { taken, unnoticed } = mutateRules(objects, environmentNeeds(placed));
  expect(taken).toBeGreaterThan(80);
  expect(unnoticed).toEqual([]);
});
