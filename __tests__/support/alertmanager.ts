/** An Alertmanager on loopback. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from './eventually';

export const alertmanagerCommand = 'prometheus-alertmanager';

/** An alert as Alertmanager tells it. */
export interface ListedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly status: { readonly state: 'active' | 'suppressed' | 'unprocessed'; readonly inhibitedBy: readonly string[] };
  readonly receivers: readonly { readonly name: string }[];
}

export interface RunningAlertmanager {
  readonly url: string;
  /** Raises alerts by their labels. */
  raise(alerts: readonly Readonly<Record<string, string>>[]): Promise<void>;
  /** Silences an alert by its name, for some seconds. */
  silence(alertname: string, seconds: number): Promise<void>;
  list(): Promise<readonly ListedAlert[]>;
  stop(): void;
}

/** Starts an Alertmanager with a configuration. */
export async function startAlertmanager(configuration: object, port: number): Promise<RunningAlertmanager> {
  const directory = mkdtempSync(path.join(tmpdir(), 'alertmanager-'));
  const file = path.join(directory, 'alertmanager.json');
  writeFileSync(file, JSON.stringify(configuration));
  const child: ChildProcess = spawn(
    alertmanagerCommand,
    [
      `--config.file=${file}`,
      `--storage.path=${directory}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    { stdio: 'ignore' },
  );
  const url = `http://127.0.0.1:${port}`;
  const stop = () => {
    child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await eventually(() =>
      fetch(`${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  } catch (error) {
    stop();
    throw error;
  }
  const post = async (what: string, body: unknown) => {
    const response = await fetch(`${url}/api/v2/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(200);
  };
  return {
    url,
    raise: (alerts) =>
      post(
        'alerts',
        alerts.map((labels) => ({ labels })),
      ),
    silence: (alertname, seconds) =>
      post('silences', {
        matchers: [{ name: 'alertname', value: alertname, isRegex: false, isEqual: true }],
        startsAt: new Date().toISOString(),
        endsAt: new Date(Date.now() + 1_000 * seconds).toISOString(),
        createdBy: 'test',
        comment: 'test',
      }),
    list: async () => (await (await fetch(`${url}/api/v2/alerts`)).json()) as ListedAlert[],
    stop,
  };
}
