/** Rights of an environment in AWS and within its cluster, and what is wrong with them. */
import type { Environment } from '../../environments/environment';
import type { EnvironmentPlan } from '../synthesis/environment-plan';
import { callerName } from './aws/needed-request';
import { clusterAccessProblems } from './aws/cluster-access';
import { checkAwsRights, rightsSubject, type RightsSubject } from './aws/rights-check';
import { awsRightsTable, type AwsRightsRow } from './aws/rights-table';
import { renderAwsRights } from './aws/rights-text';
import { chartRightsByFacts } from './kubernetes/chart-facts';
import { violations } from './kubernetes/denials';
import { environmentNeeds } from './kubernetes/environment-needs';
import { environmentRights, type ChartRights } from './kubernetes/environment-rights';
import { overGrants, unexplained } from './kubernetes/over-grants';
import { requestText } from './kubernetes/request-text';
import { kubernetesRightsTable, type RightsRow } from './kubernetes/rights-table';
import { renderKubernetesRights } from './kubernetes/rights-text';
import { requestOf, unmetNeeds } from './kubernetes/unmet-needs';

export interface RightsReport {
  readonly environment: string;
  readonly kubernetes: readonly RightsRow[];
  /** One sentence for each; empty if all is well. */
  readonly problems: readonly string[];
}

export interface CloudRightsReport extends RightsReport {
  readonly aws: readonly AwsRightsRow[];
  /** Requests to AWS that are needed, and requests that must not be allowed. */
  readonly asked: { readonly needed: number; readonly forbidden: number };
}

/**
 * Rights of an environment in AWS, and within its cluster.
 *
 * @param subject the plan's, where it is there already
 * @param chartRights what charts of others render. @default - by the facts in review/charts
 */
export function rightsReport(
  plan: EnvironmentPlan,
  subject: RightsSubject = rightsSubject(plan),
  chartRights: ChartRights = chartRightsByFacts,
): CloudRightsReport {
  const aws = checkAwsRights(subject);
  const cluster = clusterRightsReport(plan, chartRights);
  return {
    ...cluster,
    aws: awsRightsTable(aws.needs, subject.plan),
    asked: { needed: aws.needs.length, forbidden: aws.forbiddenCount },
    problems: [
      ...aws.needs
        .filter(({ decision }) => !decision.allowed)
        .map(({ need, decision }) => `${callerName(need.caller)}: ${decision.explanation}, but ${need.why}`),
      ...aws.wronglyAllowed.map(
        ({ forbidden, decision }) =>
          `${callerName(forbidden.caller)}: ${decision.explanation}, against the rule that ${forbidden.rule}`,
      ),
      ...aws.unneeded.map(
        (grant) => `no need asks for the grant ${grant}: remove it, or declare the need with declareAwsNeeds`,
      ),
      ...aws.tooBroad.map((grant) => `the grant ${grant} is wider than its needs: name the actions and the resources`),
      ...aws.missing.map((arn) => `a need names ${arn}, which no stack makes: correct the name on either end`),
      ...clusterAccessProblems(subject.plan),
      ...aws.managedPolicyDifferences,
      ...cluster.problems,
    ],
  };
}

/** Rights of an environment within its cluster alone. @param chartRights as for `rightsReport` */
export function clusterRightsReport(
  { stacks: planned, environment }: EnvironmentPlan<Environment>,
  chartRights: ChartRights = chartRightsByFacts,
): RightsReport {
  const stacks = Object.fromEntries(planned.map(({ name, configuration }) => [name, configuration]));
  const { objects, placed } = environmentRights(stacks, chartRights);
  const needs = environmentNeeds(placed, objects.serviceAccounts);
  return {
    environment: environment.name,
    kubernetes: kubernetesRightsTable(objects),
    problems: [
      ...unmetNeeds(objects, needs).map(
        (need) =>
          `${need.subject.namespace}/${need.subject.serviceAccount} may not ${requestText(requestOf(need))}, but ${need.why}`,
      ),
      ...violations(objects).map(
        ({ account, prohibition, request }) =>
          `${account.namespace}/${account.name} may ${requestText(request)}, and must not: ${prohibition.why}`,
      ),
      ...unexplained(overGrants(objects, needs)).map(
        ({ subject: name, resource, unusedVerbs, origin }) =>
          `no need asks for the right of ${name} to ${unusedVerbs.join(', ')} ${resource} (${origin})`,
      ),
    ],
  };
}

export function renderRightsReport(report: RightsReport | CloudRightsReport): string {
  const { environment, kubernetes, problems } = report;
  const verdict =
    problems.length === 0
      ? 'Every need is granted, nothing is granted without a need, and nothing that must not be.'
      : [`${problems.length} problems:`, ...problems.map((problem) => `- ${problem}`)].join('\n');
  return [
    ...('aws' in report
      ? [
          `Rights of ${environment} in AWS: who makes which requests, why, and which statement allows it`,
          renderAwsRights(report.aws),
        ]
      : []),
    `Rights of ${environment} within Kubernetes: who may do what where, and by which binding`,
    renderKubernetesRights(kubernetes),
    verdict,
  ].join('\n\n');
}
