/** Who is told, as Alertmanager has it. Everything secret is named by a file, which it reads at each notification. */

/** Names of receivers. */
export const receiverNames = {
  page: 'page',
  chat: 'chat',
  deadMansSwitch: 'dead-mans-switch',
  /** For what is computed for other rules, and no news. */
  nobody: 'nobody',
} as const;

/** A file that holds a secret and nothing else. */
export type SecretFile = string;

export type ReceiverTarget =
  | {
      readonly kind: 'pagerduty';
      /** Integration key of the service, Events API v2. */
      readonly routingKeyFile: SecretFile;
    }
  | {
      readonly kind: 'slack';
      /** With its `#`. */
      readonly channel: string;
      /** URL of the incoming webhook: who has it can write to the channel. */
      readonly webhookUrlFile: SecretFile;
    }
  | {
      readonly kind: 'email';
      readonly to: readonly string[];
      readonly from: string;
      /** `host:port` of the server that takes the mail, with STARTTLS. */
      readonly smarthost: string;
      readonly username: string;
      readonly passwordFile: SecretFile;
    }
  /** `urlFile` if the URL is a secret; `url` if it is an address that anybody may know. */
  | { readonly kind: 'webhook'; readonly urlFile: SecretFile }
  | { readonly kind: 'webhook'; readonly url: string };

/** Targets by what they are for; none of them is empty. */
export interface Receivers {
  /** Wakes somebody. */
  readonly page: readonly ReceiverTarget[];
  /** Is read by day. */
  readonly chat: readonly ReceiverTarget[];
  /** Raises the alarm itself when nothing comes any more. */
  readonly deadMansSwitch: readonly ReceiverTarget[];
}

/** What a person needs to see first, wherever it is read. */
const texts = {
  title:
    '{{ if eq .Status "firing" }}{{ .CommonLabels.severity | toUpper }}{{ else }}RESOLVED{{ end }}: {{ .CommonLabels.alertname }} on {{ .CommonLabels.redis_cluster }}',
  body: '{{ range .Alerts }}{{ .Annotations.summary }}. {{ .Annotations.description }}\n{{ .Annotations.runbook_url }}\n{{ end }}',
} as const;

/** A receiver of Alertmanager with all of its targets. */
export function receiver(name: string, targets: readonly ReceiverTarget[]) {
  const of = <Kind extends ReceiverTarget['kind']>(kind: Kind) =>
    targets.filter((target): target is Extract<ReceiverTarget, { kind: Kind }> => target.kind === kind);
  return {
    name,
    ...unlessEmpty('pagerduty_configs', of('pagerduty').map(pagerduty)),
    ...unlessEmpty('slack_configs', of('slack').map(slack)),
    ...unlessEmpty('email_configs', of('email').map(email)),
    ...unlessEmpty('webhook_configs', of('webhook').map(webhook)),
  };
}

const unlessEmpty = (key: string, configs: readonly object[]) => (configs.length === 0 ? {} : { [key]: configs });

function pagerduty({ routingKeyFile }: Extract<ReceiverTarget, { kind: 'pagerduty' }>) {
  return {
    routing_key_file: routingKeyFile,
    description: texts.title,
    details: { alerts: texts.body },
    send_resolved: true,
  };
}

function slack({ channel, webhookUrlFile }: Extract<ReceiverTarget, { kind: 'slack' }>) {
  return { api_url_file: webhookUrlFile, channel, title: texts.title, text: texts.body, send_resolved: true };
}

function email({ to, from, smarthost, username, passwordFile }: Extract<ReceiverTarget, { kind: 'email' }>) {
  return {
    to: to.join(', '),
    from,
    smarthost,
    auth_username: username,
    auth_password_file: passwordFile,
    require_tls: true,
    headers: { subject: texts.title },
    send_resolved: true,
  };
}

function webhook(target: Extract<ReceiverTarget, { kind: 'webhook' }>) {
  return { ...('url' in target ? { url: target.url } : { url_file: target.urlFile }), send_resolved: true };
}
