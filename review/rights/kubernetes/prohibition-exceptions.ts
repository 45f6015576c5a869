/** Service accounts that may do what no other may, each with its reason. */
import type { ProhibitionId } from './prohibitions';

export interface ProhibitionException {
  /** `<namespace>/<name>`. */
  readonly account: string;
  readonly prohibitions: readonly ProhibitionId[];
  /** Namespaces where it holds. @default - in all, and in all at once */
  readonly namespaces?: readonly string[];
  readonly reason: string;
  /** Day on which it was last looked at, `YYYY-MM-DD`. */
  readonly reviewed: string;
}

const reviewed = '2026-11-30';

export const prohibitionExceptions: readonly ProhibitionException[] = [
  {
    account: 'cert-manager/cert-manager',
    prohibitions: ['read-secrets-elsewhere', 'list-all-secrets', 'write-secrets-elsewhere'],
    reason: 'writes keys and certificates in the namespace of each Certificate; the chart has no narrower role',
    reviewed,
  },
  {
    account: 'cert-manager/cert-manager',
    prohibitions: ['run-pods'],
    reason: 'pods that solve challenges of ACME, which nothing here uses; the chart binds the role in any case',
    reviewed,
  },
  {
    account: 'cert-manager/cert-manager-cainjector',
    prohibitions: ['read-secrets-elsewhere', 'list-all-secrets'],
    reason: 'reads the authority in the Secret of each Certificate that a webhook names',
    reviewed,
  },
  {
    account: 'cert-manager/cert-manager-cainjector',
    prohibitions: ['change-webhooks'],
    reason: 'writes the authority into webhooks of other charts, which is what it is for',
    reviewed,
  },
  {
    account: 'external-secrets/external-secrets',
    prohibitions: ['read-secrets-elsewhere', 'list-all-secrets', 'write-secrets-elsewhere'],
    reason:
      'writes Secrets in the namespaces of ExternalSecrets, and observes all; scopedNamespace is one namespace only',
    reviewed,
  },
  {
    account: 'gateway/traefik',
    prohibitions: ['read-secrets-elsewhere'],
    namespaces: ['application'],
    reason: 'certificates of routes and passwords of middlewares; an informer is bound to no name',
    reviewed,
  },
  {
    account: 'observability/monitoring-operator',
    prohibitions: ['read-secrets-elsewhere', 'list-all-secrets', 'write-secrets-elsewhere', 'run-pods', 'every-verb'],
    reason:
      'the chart has one cluster role for any number of namespaces; the operator acts in its own alone. A value for a role in one namespace is what the chart lacks',
    reviewed,
  },
  {
    account: 'keda/keda-operator',
    prohibitions: ['change-webhooks'],
    reason: 'writes the authority of its own webhook; with certificates.certManager.enabled it would not',
    reviewed,
  },
  {
    account: 'keda/keda-operator',
    prohibitions: ['run-pods'],
    reason: 'jobs of ScaledJobs, which nothing here uses; the chart has no value for it',
    reviewed,
  },
];
