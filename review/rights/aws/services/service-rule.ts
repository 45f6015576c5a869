/** What AWS services ask for when they act for a resource of ours. */
import type { ResolvedResource } from '../../../synthesis/resources';
import type { Caller, NeededRequest } from '../needed-request';
import type { PlanIndex } from '../plan-index';

/** The requests that follow from resources of one type. */
export interface ServiceRule {
  readonly type: string;
  /** The page that says so. */
  readonly source: string;
  readonly needs: (resource: ResolvedResource, plan: PlanIndex) => readonly NeededRequest[];
}

type Context = NeededRequest['context'];

/** Requests of a service in its own name. */
export function byService(
  resource: ResolvedResource,
  name: string,
  request: { actions: readonly string[]; on: string; context?: Context; why: string },
): readonly NeededRequest[] {
  return requests(resource, { kind: 'service', name }, request);
}

/** Requests of a service in the name of a role that it took on. */
export function byRole(
  resource: ResolvedResource,
  arn: unknown,
  request: { actions: readonly string[]; on: string; context?: Context; why: string },
): readonly NeededRequest[] {
  return requests(resource, { kind: 'role', arn: String(arn) }, request);
}

function requests(
  { address }: ResolvedResource,
  caller: Caller,
  { actions, on, context = {}, why }: { actions: readonly string[]; on: string; context?: Context; why: string },
): readonly NeededRequest[] {
  return actions.map((action) => ({ caller, action, resource: on, context, from: 'aws', why, declaredBy: address }));
}

/** The service takes a role on; what it says of itself are keys that it is documented to send. */
export function takesOn(
  resource: ResolvedResource,
  service: string,
  role: unknown,
  context: Context = {},
): readonly NeededRequest[] {
  const why = `the service acts for ${resource.type}`;
  return byService(resource, service, { actions: ['sts:AssumeRole'], on: String(role), context, why });
}

/** A topic with a key of its own wants the publisher to use the key. Source: "Encrypting Amazon SNS topics". */
export function publishes(
  resource: ResolvedResource,
  plan: PlanIndex,
  service: string,
  topicArn: string,
  context: Context,
): readonly NeededRequest[] {
  const keyArn = plan.topicKey(topicArn);
  const why = `what ${service} reports is published`;
  return [
    ...byService(resource, service, {
      actions: ['sns:Publish'],
      on: topicArn,
      context: { ...context, 'aws:SecureTransport': 'true' },
      why,
    }),
    ...(keyArn === undefined
      ? []
      : byService(resource, service, {
          actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
          on: keyArn,
          context: { ...context, 'kms:EncryptionContext:aws:sns:topicArn': topicArn },
          why: `${why} on a topic with a key`,
        })),
  ];
}
