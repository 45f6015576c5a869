/** IAM policies as JSON text with a fixed order of keys, so that a plan shows a change only where there is one. */

/** Who a statement is about, by kind. */
export interface PolicyPrincipal {
  readonly AWS?: string | readonly string[];
  readonly Service?: string | readonly string[];
  readonly Federated?: string | readonly string[];
}

/** One statement. A resource's own policy has a principal, an identity's policy has none. */
export interface PolicyStatement {
  /** Letters and digits; unique in the document. */
  readonly sid: string;
  /** @default 'Allow' */
  readonly effect?: 'Allow' | 'Deny';
  readonly principal?: '*' | PolicyPrincipal;
  readonly actions: readonly string[];
  /** ARNs; absent in the trust policy of a role, which is about the role itself. @default - none */
  readonly resources?: readonly string[];
  /** Operator → key → values, such as `{ Bool: { 'aws:SecureTransport': 'false' } }`. @default - always */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/**
 * Renders a policy document.
 *
 * @throws Error if a sid isn't letters and digits, two statements have the same, or one is about no resources at all: AWS
 *   refuses such a document only when it is applied
 */
export function policyDocument(statements: readonly PolicyStatement[]): string {
  const sids = statements.map(({ sid }) => sid);
  const malformed = sids.find((sid) => !/^[A-Za-z0-9]+$/.test(sid));
  if (malformed !== undefined) throw new Error(`Policy: the sid '${malformed}' must be letters and digits; change it`);
  const twice = sids.find((sid, index) => sids.indexOf(sid) !== index);
  if (twice !== undefined) throw new Error(`Policy: the sid '${twice}' is there twice; give each statement its own`);
  const aimless = statements.find(({ resources }) => resources?.length === 0);
  if (aimless) throw new Error(`Policy: the statement '${aimless.sid}' names no resource; leave it out`);
  return JSON.stringify({ Version: '2012-10-17', Statement: statements.map(renderStatement) });
}

function renderStatement({ sid, effect = 'Allow', principal, actions, resources, conditions }: PolicyStatement) {
  return {
    Sid: sid,
    Effect: effect,
    ...(principal && { Principal: principal }),
    Action: actions,
    ...(resources && { Resource: resources }),
    ...(conditions && { Condition: conditions }),
  };
}

/**
 * Who may take a role on: one AWS service, for resources of one account only (no confused deputy).
 *
 * For services that say for whom they act, as most do. `ec2.amazonaws.com` doesn't, and `pods.eks.amazonaws.com` needs
 * `sts:TagSession` too: write their policies out.
 */
export function serviceTrust(service: string, accountId: string): string {
  return policyDocument([
    {
      sid: 'Assume',
      principal: { Service: service },
      actions: ['sts:AssumeRole'],
      conditions: { StringEquals: { 'aws:SourceAccount': accountId } },
    },
  ]);
}
