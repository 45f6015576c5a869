/** Rules and endpoints that no needed connection misses, and that stay: each with its reason and the day of the decision. */

import { furtherServices } from '../../constructs/network/endpoint-services';

interface Excuse {
  /** What the rule's name is, as a whole. */
  readonly rule: RegExp;
  readonly reason: string;
  /** `2026-11-30` */
  readonly since: string;
}

const since = '2026-11-30';

export const excuses: readonly Excuse[] = [
  {
    rule: /^[a-z-]+\/deny-by-default$/,
    reason: 'other policies select every pod that there is today; it holds for those that come later',
    since,
  },
  {
    rule: /^(?:external-secrets|load-balancers)\/call-aws$/,
    reason: 'with an endpoint its addresses are among those of the API; without one only this lets it be called',
    since,
  },
  {
    rule: /^load-balancers\/call-kubernetes$/,
    reason: 'the same pods may call AWS on the same port, under any address; the two change for different reasons',
    since,
  },
  {
    rule: /^observability\/to-operator$/,
    reason:
      'the rule for the control plane goes by addresses, which need not stand for pods with other network plugins',
    since,
  },
  {
    rule: /^gateway\/call-redis$/,
    reason: 'it is made before it is known which Redis there is: in one with Sentinels the gateway counts nothing',
    since,
  },
  {
    rule: new RegExp(`^network network_endpoints_(?:${furtherServices.join('|')})$`),
    reason: 'network.interfaceEndpoints.also asks for it, for programs that others run',
    since,
  },
  {
    rule: /^network network_public-access_ingress-https$/,
    reason: 'for a load balancer on the internet; an internal one is in private subnets',
    since,
  },
  {
    rule: /^network network_public-access_ingress-network$/,
    reason:
      'NAT gateways take all that security groups let out; while that is port 443 alone, the rule for it has the same effect',
    since,
  },
];

export const excusedRule = (name: string) => excuses.find(({ rule }) => rule.test(name));
