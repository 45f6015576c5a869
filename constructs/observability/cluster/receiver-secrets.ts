/** What receivers are reached by: from Secrets Manager into a Secret that Alertmanager's pods mount. */
import { DataAwsSecretsmanagerSecret } from '@cdktf/provider-aws/lib/data-aws-secretsmanager-secret';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import {
  receiverSecretName,
  secretOf,
  type AlertingSettings,
  type AlertTarget,
} from '../../../environments/alerting-settings';
import type { AwsAccount } from '../../aws/account';
import { secretArnPattern } from '../../aws/secret-names';
import { secretStore } from '../../cluster-services/names';
import { SecretAccess } from '../../cluster-services/secret-access';
import { CustomResources, type KubernetesObject } from '../../kubernetes/custom-resources';
import type { Receivers, ReceiverTarget } from '../alertmanager/receivers';
import { observabilityNamespace, receiversSecret } from './names';

type ReceiverSettings = AlertingSettings['receivers'];

/** Time after which a changed value arrives at the latest; Alertmanager reads its files at each notification. */
const refreshInterval = '5m';

/** Where the operator mounts a Secret that it is told of. Source: `AlertmanagerSpec.secrets`. */
const fileOf = (secret: string) => `/etc/alertmanager/secrets/${receiversSecret}/${secret}`;

/** Names of all secrets, each once. */
export const receiverSecrets = (receivers: ReceiverSettings): readonly string[] =>
  [...new Set(Object.values(receivers).flat().map(secretOf))].sort();

/** Receivers with the files that their secrets are in. */
export function mountedReceivers({ page, chat, deadMansSwitch }: ReceiverSettings): Receivers {
  return { page: page.map(mounted), chat: chat.map(mounted), deadMansSwitch: deadMansSwitch.map(mounted) };
}

function mounted(settings: AlertTarget): ReceiverTarget {
  const file = fileOf(secretOf(settings));
  switch (settings.kind) {
    case 'pagerduty':
      return { kind: 'pagerduty', routingKeyFile: file };
    case 'slack':
      return { kind: 'slack', channel: settings.channel, webhookUrlFile: file };
    case 'email': {
      const { to, from, smarthost, username } = settings;
      return { kind: 'email', to, from, smarthost, username, passwordFile: file };
    }
    case 'webhook':
      return { kind: 'webhook', urlFile: file };
  }
}

/** Ports of servers that take mail, each once. */
export const mailPorts = (receivers: ReceiverSettings): readonly number[] => [
  ...new Set(
    Object.values(receivers)
      .flat()
      .flatMap((settings) => (settings.kind === 'email' ? [Number(settings.smarthost.split(':')[1])] : [])),
  ),
];

export interface ReceiverSecretsProps {
  readonly account: AwsAccount;
  readonly receivers: ReceiverSettings;
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Terraform asks whether each secret is there, and never what is in it: a plan fails for one that is missing, before
 * Alertmanager waits for it.
 */
export class ReceiverSecrets extends Construct {
  /** What has to be there before pods that mount the Secret. */
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { account, receivers, dependsOn }: ReceiverSecretsProps) {
    super(scope, id);
    const sources = receiverSecrets(receivers).map((secret) => {
      const name = receiverSecretName(account.environment, secret);
      const { arn } = new DataAwsSecretsmanagerSecret(this, secret, { name });
      return { secret, arn, arnPattern: secretArnPattern(account, name) };
    });
    // No secret has an underscore in its name, which is the id of another construct here.
    const { policy } = new SecretAccess(this, 'secret_access', {
      account,
      name: `${observabilityNamespace}-${receiversSecret}`,
      secrets: sources,
    });
    const { release } = new CustomResources(this, 'secret', {
      name: receiversSecret,
      namespace: observabilityNamespace,
      objects: [receiversObject(sources)],
      dependsOn: [...dependsOn, policy],
    });
    this.dependables = [release];
  }
}

function receiversObject(sources: readonly { readonly secret: string; readonly arn: string }[]): KubernetesObject {
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: receiversSecret },
    spec: {
      refreshPolicy: 'Periodic',
      refreshInterval,
      secretStoreRef: secretStore,
      target: {
        name: receiversSecret,
        creationPolicy: 'Owner',
        // What can't be read now is not taken from the pods that need it.
        deletionPolicy: 'Retain',
      },
      data: sources.map(({ secret, arn }) => ({ secretKey: secret, remoteRef: { key: arn } })),
    },
  };
}
