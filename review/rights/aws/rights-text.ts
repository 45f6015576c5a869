/** The table of rights in AWS as text: a heading for each caller, then a line for each purpose. */
import type { AwsRightsRow } from './rights-table';

/** Lines end where they end: reviewers compare them by lines. */
export function renderAwsRights(rows: readonly AwsRightsRow[]): string {
  const callers = [...new Set(rows.map(({ caller }) => caller))];
  return callers
    .map((caller) => [caller, ...rows.filter((row) => row.caller === caller).flatMap(renderRow)].join('\n'))
    .join('\n\n');
}

function renderRow({ actions, resource, why, by }: AwsRightsRow): readonly string[] {
  return [
    `  ${resource}: ${why}`,
    ...byService(actions).map((line) => `    ${line}`),
    ...by.map((statement) => `    by ${statement}`),
  ];
}

/** `s3: GetObject, PutObject` */
function byService(actions: readonly string[]): readonly string[] {
  const services = [...new Set(actions.map((action) => action.slice(0, action.indexOf(':'))))];
  return services.map((service) => {
    const names = actions
      .filter((action) => action.startsWith(`${service}:`))
      .map((action) => action.slice(service.length + 1));
    return `${service}: ${names.join(', ')}`;
  });
}
