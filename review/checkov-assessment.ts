/** Weighs what Checkov found against what was decided in `checkov-skips.ts`. */
import type { CheckovSkip } from './checkov-skips';

/** A check that failed, as Checkov writes it (`--output json`). */
export interface FailedCheck {
  readonly check_id: string;
  readonly check_name: string;
  /** `aws_s3_bucket.state_bucket_803B4E61`, or `resource.` instead of the type. */
  readonly resource: string;
  /** Path of the file in the folder that was checked: `/stacks/production-network/cdk.tf.json`. */
  readonly file_path: string;
}

/** What Checkov writes, as far as it is read here. */
export interface CheckovOutput {
  readonly results: { readonly failed_checks: readonly FailedCheck[] };
  readonly summary: { readonly passed: number; readonly parsing_errors: number };
}

export interface CheckovAssessment {
  /** Checks that failed, and that nobody decided to skip. */
  readonly failed: readonly FailedCheck[];
  /** Checks that failed as decided. */
  readonly skipped: readonly FailedCheck[];
  /** What was decided for a resource that is there, and that no failed check needs: `CKV_AWS_18 of state_bucket`. */
  readonly unused: readonly string[];
}

/** @param resources what was checked, such as `production-network/network_public-access` without CDKTF's hash */
export function assessCheckov(
  { results: { failed_checks: found } }: CheckovOutput,
  skips: readonly CheckovSkip[],
  resources: readonly string[],
): CheckovAssessment {
  const decisions = decisionsOf(skips);
  const covers = (decision: Decision, failure: FailedCheck) =>
    decision.check === failure.check_id &&
    decision.resource === resourceName(failure) &&
    decision.isOf(stackName(failure));
  const isSkipped = (failure: FailedCheck) => decisions.some((decision) => covers(decision, failure));
  const unused = decisions.filter(
    (decision) =>
      !found.some((failure) => covers(decision, failure)) && resources.some((there) => isResourceOf(decision, there)),
  );
  return {
    failed: found.filter((failure) => !isSkipped(failure)),
    skipped: found.filter(isSkipped),
    unused: unused.map(describe),
  };
}

/** Whether a skip is about a stack. */
function isAbout({ environments, stacks }: CheckovSkip, stack: string): boolean {
  return environments === undefined
    ? stacks.some((name) => stack.endsWith(`-${name}`))
    : environments.some((environment) => stacks.some((name) => stack === `${environment}-${name}`));
}

/** A skip, for one of its resources. */
interface Decision {
  readonly check: string;
  readonly resource: string;
  /** Whether it is about a stack. */
  readonly isOf: (stack: string) => boolean;
}

const decisionsOf = (skips: readonly CheckovSkip[]): Decision[] =>
  skips.flatMap((skip) =>
    skip.resources.map((resource) => ({ check: skip.check, resource, isOf: (stack) => isAbout(skip, stack) })),
  );

/** @param there a resource as `checkedResources` names it */
function isResourceOf({ resource, isOf }: Decision, there: string): boolean {
  const [stack = '', name] = there.split('/');
  return name === resource && isOf(stack);
}

const describe = ({ check, resource }: Decision) => `${check} of ${resource}`;

/** What skips name and isn't there: `CKV_AWS_18 of state_bucket`. */
export const goneFrom = (resources: readonly string[], skips: readonly CheckovSkip[]): string[] =>
  decisionsOf(skips)
    .filter((decision) => !resources.some((there) => isResourceOf(decision, there)))
    .map(describe);

/** Name of the stack a failure is in. */
export const stackName = ({ file_path: file }: FailedCheck) => /stacks\/([^/]+)\//.exec(file)?.[1] ?? file;

/** Name of a resource without its type and CDKTF's hash. */
const resourceName = ({ resource }: FailedCheck) => withoutHash(resource.replace(/^[^.]*\./, ''));

const withoutHash = (name: string) => name.replace(/_[0-9A-F]{8}$/, '');

/** Resources of a synthesized stack, as `assessCheckov` takes them. */
export function checkedResources(stack: string, synthesized: { readonly resource?: object }): string[] {
  return Object.values(synthesized.resource ?? {}).flatMap((ofType: object) =>
    Object.keys(ofType).map((name) => `${stack}/${withoutHash(name)}`),
  );
}

/** What there is to tell, as lines. */
export function renderAssessment({ failed, skipped, unused }: CheckovAssessment): string {
  return [
    ...failed.map((check) => `${check.check_id} ${stackName(check)} ${check.resource}: ${check.check_name}`),
    ...unused.map((decision) => `${decision}: no check fails for it any more; remove it from review/checkov-skips.ts`),
    `${failed.length} failed, ${skipped.length} skipped with a reason`,
  ].join('\n');
}
