/** What a server of Redis says of itself, asked by the program of its own pod. */
import type { Kubectl } from '../../deployment/kubectl';
import { passwordKey, redisNamespace, userSecret } from '../../../constructs/bitnami/names';
import { podPaths } from '../../../constructs/bitnami/pod-configuration';
import type { BitnamiUserName } from '../../../constructs/bitnami/users';

export interface ServerState {
  readonly pod: string;
  /** Lines `name:value` of INFO and CLUSTER INFO, by name. */
  readonly fields: ReadonlyMap<string, string>;
  /** Lines of CLUSTER NODES. */
  readonly nodes: readonly ClusterNode[];
}

export interface ClusterNode {
  readonly id: string;
  /** Name of the pod that the node announces. */
  readonly pod: string;
  readonly flags: readonly string[];
  /** Id of its master; undefined for a master. */
  readonly master: string | undefined;
  readonly isConnected: boolean;
  readonly slots: number;
}

const login = `LOGIN=keeper; source ${podPaths.programs}/library;`;

/** Asks the server of a pod. @throws Error if it doesn't answer */
export async function askServer(kubectl: Kubectl, pod: string, commands: readonly string[]): Promise<string> {
  const script = `${login} ask "$SELF"`;
  return execIn(kubectl, pod, 'redis', script, `${commands.join('\n')}\n`);
}

/** Asks the Sentinel of a pod. @throws Error if it doesn't answer */
export async function askSentinel(kubectl: Kubectl, pod: string, commands: readonly string[]): Promise<string> {
  return execIn(kubectl, pod, 'sentinel', `${login} ask "$SENTINEL"`, `${commands.join('\n')}\n`);
}

/**
 * Asks the server of a pod as another user than the keeper. The password goes by stdin.
 *
 * @throws Error if the server doesn't answer
 */
export async function askServerAs(
  kubectl: Kubectl,
  pod: string,
  user: BitnamiUserName,
  commands: readonly string[],
): Promise<string> {
  const secret = await kubectl.get({ ...passwordSecret, name: userSecret(user) });
  const data = (secret.data ?? {}) as Readonly<Record<string, string>>;
  const password =
    Buffer.from(data[passwordKey] ?? '', 'base64')
      .toString('utf8')
      .split('\n')[0] ?? '';
  const script = `${login} redis-cli --tls --cacert "$CERTIFICATES/ca.crt" -h 127.0.0.1`;
  return execIn(kubectl, pod, 'redis', script, [`AUTH ${user} "${password}"`, ...commands, ''].join('\n'));
}

const passwordSecret = { apiVersion: 'v1', kind: 'Secret', namespace: redisNamespace } as const;

function execIn(kubectl: Kubectl, pod: string, container: string, script: string, input: string): Promise<string> {
  return kubectl.text(
    [
      ...['exec', '--stdin', pod, `--namespace=${redisNamespace}`, `--container=${container}`, '--request-timeout=8s'],
      ...['--', 'bash', '-c', script],
    ],
    input,
  );
}

/** @throws Error if the server doesn't answer */
export async function readServer(kubectl: Kubectl, pod: string, isCluster: boolean): Promise<ServerState> {
  const commands = ['INFO server', 'INFO persistence', 'INFO replication'];
  const text = await askServer(kubectl, pod, [...commands, ...(isCluster ? ['CLUSTER INFO', 'CLUSTER NODES'] : [])]);
  return parseServer(pod, text);
}

export function parseServer(pod: string, text: string): ServerState {
  const lines = text.split('\n').map((line) => line.trim());
  const nodes = lines.filter((line) => /^[0-9a-f]{40} /.test(line)).map(parseNode);
  const pairs = lines.flatMap((line) => {
    const [, name = '', value = ''] = /^([a-z_0-9]+):(.*)$/.exec(line) ?? [];
    return name === '' ? [] : [[name, value] as const];
  });
  return { pod, fields: new Map(pairs), nodes };
}

function parseNode(line: string): ClusterNode {
  const [id = '', address = '', flags = '', master = '-', , , , link = '', ...slots] = line.split(' ');
  const [, host = ''] = address.split(',');
  return {
    id,
    pod: host.split('.')[0] ?? '',
    flags: flags.split(','),
    master: master === '-' ? undefined : master,
    isConnected: link === 'connected',
    slots: slots.filter((range) => !range.startsWith('[')).reduce((sum, range) => sum + sizeOf(range), 0),
  };
}

function sizeOf(range: string): number {
  const [first = '0', last = first] = range.split('-');
  return Number(last) - Number(first) + 1;
}
