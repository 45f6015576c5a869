/**
 * What runs of a local platform at the moment of synthesis.
 *
 * Terraform doesn't look at processes: `terraform_data` has no state of its own to refresh. So synthesis looks, and a
 * process that was deployed and is gone gets a new incarnation, which the plan shows as a replacement of that process.
 */
import { readDeclared } from '../../apps/local-platform/declared';
import { isRunning } from '../../apps/local-platform/liveness';

/** What is known of the platform when its stacks are made. */
export interface LocalObservation {
  /** Which start of a process the deployment should reach: the last one, or the next if the process is gone. */
  incarnation(name: string): number;
  /** Client port of every Redis node that is deployed, by name. */
  readonly deployedRedisPorts: Readonly<Record<string, number>>;
}

/** A platform that was never deployed. */
export const neverDeployed: LocalObservation = { incarnation: () => 1, deployedRedisPorts: {} };

/** Looks at the platform below `directory`. */
export function observeLocalPlatform(directory: string): LocalObservation {
  const declared = new Map(readDeclared(directory).map((component) => [component.name, component]));
  return {
    incarnation: (name) => {
      const last = declared.get(name)?.incarnation;
      if (last === undefined) return 1;
      return isRunning(directory, name) ? last : last + 1;
    },
    deployedRedisPorts: Object.fromEntries(
      [...declared.values()].flatMap(({ name, port }) => (port === undefined ? [] : [[name, port]])),
    ),
  };
}
