/** A program that runs once in a deployment, which fails if it does. */
import { JobV1 } from '@cdktf/provider-kubernetes/lib/job-v1';
import { Fn, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { namespaces } from '../cluster-services/names';
import { podTemplate, programContainer, type PodProps } from './pod';
import { programLabels } from './programs';
import { shortDigest, shortDigestLength } from './secret-sources';

export interface ProgramJobProps extends Omit<PodProps, 'terminationGracePeriodSeconds'> {
  readonly program: 'migration' | 'exercise';
  /** Longest time of all tries, in seconds, the wait for Secrets and for a node included. */
  readonly timeoutSeconds: number;
  /** Tries after the first. */
  readonly retries: number;
  /** What else it has to run again for, when that changes. @default - nothing */
  readonly runsAgainFor?: unknown;
  readonly dependsOn: readonly ITerraformDependable[];
}

/** Seconds beyond the job's own time until Terraform gives up. */
const marginSeconds = 60;

const terminationGracePeriodSeconds = 30;

/**
 * Runs when it is new: its name is made of everything it depends on, so that a deployment which changes none of that runs
 * nothing. It stays until the next one, with its log: one that Kubernetes removed would be missing at the next plan.
 */
export class ProgramJob extends Construct {
  readonly job: ITerraformDependable;

  constructor(scope: Construct, id: string, props: ProgramJobProps) {
    super(scope, id);
    const { program, timeoutSeconds, retries, runsAgainFor, dependsOn } = props;
    const pod = { ...props, terminationGracePeriodSeconds };
    const container = programContainer(pod);
    const { metadata, spec } = podTemplate(pod);
    const wait = `${timeoutSeconds + marginSeconds}s`;
    this.job = new JobV1(this, 'job', {
      metadata: {
        name: `${program}-${digestOf([container, spec, runsAgainFor])}`,
        namespace: namespaces.application,
        labels: { ...programLabels(program) },
      },
      spec: {
        backoffLimit: retries,
        activeDeadlineSeconds: timeoutSeconds,
        completions: 1,
        parallelism: 1,
        template: { metadata, spec: { ...spec, restartPolicy: 'Never', container: [container] } },
      },
      waitForCompletion: true,
      timeouts: { create: wait, update: wait },
      dependsOn: [...dependsOn],
    });
  }
}

/** A token of CDKTF within a text. */
const token = /\$\{TfToken\[[^\]]+\]\}/g;

/** What other stacks say is known when it is planned, and becomes part of the digest then. */
function digestOf(value: unknown): string {
  const text = JSON.stringify(value);
  const tokens = [...new Set(text.match(token) ?? [])];
  // The numbers of tokens differ from one synthesis to the next: their places count.
  const literal = shortDigest(text.replace(token, (found) => String(tokens.indexOf(found))));
  if (tokens.length === 0) return literal;
  return Fn.substr(Fn.sha256(Fn.join(' ', [literal, ...tokens])), 0, shortDigestLength);
}
