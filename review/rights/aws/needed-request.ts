/** Requests to AWS that something makes, as the evaluator takes them. */

/** A role of the environment, or a service of AWS that acts by itself. */
export type Caller =
  { readonly kind: 'role'; readonly arn: string } | { readonly kind: 'service'; readonly name: string };

export interface NeededRequest {
  readonly caller: Caller;
  /** `s3:PutObject`, without wildcards. */
  readonly action: string;
  /** ARN of one resource, or `*` for an action that knows none. */
  readonly resource: string;
  /** Condition keys beside those that follow from caller and resource. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  /** Whether it comes out of the network, by the service's endpoint where there is one. */
  readonly from: 'network' | 'aws';
  /** What fails without it. */
  readonly why: string;
  /** Path of the construct that declares it, or address of the resource that it follows from. */
  readonly declaredBy: string;
}

/** Name of the caller for people: `role/production-eks-loki`, `logs.us-east-1.amazonaws.com`. */
export const callerName = (caller: Caller) =>
  caller.kind === 'service' ? caller.name : caller.arn.slice(caller.arn.indexOf(':role/') + 1);

/** The part of an action before the colon: `s3`. */
export const serviceOf = (action: string) => action.slice(0, action.indexOf(':'));
