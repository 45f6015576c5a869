/** Exceptions from policies: each is for one construct and what is in it, and says why. */
import type { IConstruct } from 'constructs';

/** What an exception is from. */
export type PolicyName =
  | 'what-holds-data-is-protected'
  | 'containers-run-as-non-root'
  | 'root-file-systems-are-read-only'
  | 'privileges-do-not-escalate'
  | 'containers-have-limits'
  | 'empty-dirs-have-a-size'
  | 'servers-have-probes'
  | 'images-have-a-version'
  | 'replicas-have-a-disruption-budget'
  | 'replicas-spread-over-zones'
  | 'pods-have-no-token-they-do-not-need';

const metadataType = (policy: PolicyName) => `redis-platform:exception:${policy}`;

/**
 * Excepts a construct, and all in it, from a policy.
 *
 * @param reason why that is right here, in words
 * @throws Error if the reason is shorter than 10 characters
 */
export function except(construct: IConstruct, policy: PolicyName, reason: string): void {
  if (reason.trim().length < 10) {
    throw new Error(`${construct.node.path}: the exception from '${policy}' gives the reason '${reason}'; say why`);
  }
  construct.node.addMetadata(metadataType(policy), reason);
}

/** Why a construct is excepted from a policy; undefined if it isn't. */
export function exceptionFrom(construct: IConstruct, policy: PolicyName): string | undefined {
  const entries = construct.node.scopes.flatMap(({ node }) => node.metadata);
  const entry = entries.find(({ type }) => type === metadataType(policy));
  return entry === undefined ? undefined : String(entry.data);
}
