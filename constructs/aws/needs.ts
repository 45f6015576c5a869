/**
 * Requests to AWS that programs and controllers make, declared beside what makes them. Nothing is granted by this:
 * `npm run rights` checks that every declared request is allowed, and that nothing else is.
 */
import type { Construct } from 'constructs';

/** Requests of one kind. */
export interface AwsNeed {
  /** Actions, without wildcards: `s3:PutObject`. */
  readonly actions: readonly string[];
  /**
   * ARNs of resources as requests name them. `<...>` stands for what isn't known before a deployment, such as the name
   * of an object: `arn:aws:s3:::bucket/<object>`. `*` for actions that know no resource.
   */
  readonly resources: readonly string[];
  /** Condition keys of the request beside those that follow from caller and resource. @default - none */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** What fails without it. */
  readonly why: string;
}

/** Needs of one role. */
export interface AwsNeeds {
  /** Name of the role that makes the requests. */
  readonly role: string;
  /** Whether requests come out of the network, by an endpoint for the service where there is one. */
  readonly from: 'network' | 'aws';
  readonly needs: readonly AwsNeed[];
  /** Policies kept by AWS that the service's guide asks for, by name; AWS decides what they allow. @default - none */
  readonly managedPolicies?: readonly string[];
}

/** Key of the construct's metadata. */
export const awsNeedsKey = 'redis-platform:aws-needs';

/** Declares what a role is used for. Tokens are resolved when the needs are read. */
export function declareAwsNeeds(scope: Construct, needs: AwsNeeds): void {
  scope.node.addMetadata(awsNeedsKey, needs);
}
