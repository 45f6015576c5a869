/** Runs commands of guides and runbooks on the cluster that the demo has started and deployed an environment to. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { programs, root, runCommand } from '../kubernetes-nodes';
import { askFunction, complaints, runnableLines } from './on-nodes';

/** RUN_DIR of the demo's cluster. */
export const demoCluster = path.join(root, '.kubernetes/cluster');

const limitMilliseconds = 10 * 60_000;

/** Pods of Redis in `development`. */
const sentinelPods = 3;

export interface ScriptOutcome {
  readonly stdout: string;
  /** What it said of a failure. */
  readonly complaints: readonly string[];
}

/** Runs a script as a reader would, in a shell that knows the cluster. */
export function shell(text: string): ScriptOutcome {
  const { stdout, stderr } = spawnSync('bash', ['-c', text], {
    cwd: root,
    encoding: 'utf8',
    timeout: limitMilliseconds,
    env: {
      ...process.env,
      KUBECONFIG: path.join(demoCluster, 'kubeconfig'),
      PATH: `${process.env.PATH ?? ''}:${programs}`,
    },
  });
  return { stdout, complaints: complaints(stderr) };
}

/** Waits until all pods are ready, as after a drain. */
export const waitUntilReady = () =>
  shell(`for workload in redis/statefulset application/deployment; do
    for name in $(kubectl -n \${workload%/*} get \${workload#*/} -o name); do
      kubectl -n \${workload%/*} rollout status "$name" --timeout=180s
    done
  done`);

export class GuideCommands {
  readonly #environment: string;
  readonly #pod: string;

  constructor(environment: string) {
    this.#environment = environment;
    this.#pod = environment === 'development' ? 'redis-node' : 'redis';
  }

  /** Ends a server, so that its container is started again, as `logs --previous` of the runbooks expects. */
  restartServer(): number {
    const pod = `${this.#pod}-0`;
    const restarts = `kubectl -n redis get pod ${pod} -o jsonpath='{.status.containerStatuses[?(@.name=="redis")].restartCount}'`;
    shell(`kubectl -n redis exec ${pod} -c redis -- bash -c 'kill 1'`);
    const { stdout } = shell(`for _ in {1..60}; do [ "$(${restarts})" = 0 ] || break; sleep 1; done; ${restarts}`);
    waitUntilReady();
    return Number(stdout);
  }

  /** Undefined if nothing of the script can be run in this environment. What a script takes away is brought back. */
  run(text: string): ScriptOutcome | undefined {
    const runnable = runnableLines(text, this.#environment).trim();
    if (runnable === '') return undefined;
    const outcome = shell(`${askFunction()}\n${withoutPerson(this.#filledIn(runnable))}`);
    if (runnable.includes('kubectl drain')) shell('kubectl get nodes -o name | xargs -n 1 kubectl uncordon');
    if (runnable.includes('delete pvc')) this.#deployRedis();
    waitUntilReady();
    return outcome;
  }

  #filledIn(text: string): string {
    const pod = `${this.#pod}-1`;
    return (
      text
        .replaceAll('job/migration-‹digest›', `job/${jobName('application', 'migration')}`)
        .replaceAll('job/exercise-‹digest›', `job/${jobName('application', 'exercise')}`)
        .replaceAll(/(cronjob\/redis-arrange|wait .* job\/|logs job\/|delete job) ?‹name›/g, (whole, what: string) =>
          text.includes('create job')
            ? whole.replace('‹name›', 'by-hand')
            : `${what}${jobName('redis', 'redis-arrange')}`,
        )
        .replaceAll('‹pod›', pod)
        .replaceAll('‹node›', () => (text.includes('label nodes') ? 'node-1' : nodeOf(pod)))
        .replaceAll(/\bredis-(\d)\b/g, (_, ordinal: string) => this.#podLike(Number(ordinal)))
        // Whatever port is free on this machine.
        .replaceAll(/(port-forward service\/\S+) (?:\d+:)?(\d+)/g, '$1 :$2')
    );
  }

  /** A pod that is there, for one that a runbook names; its reader takes the one of the alert. */
  #podLike(ordinal: number): string {
    return `${this.#pod}-${this.#environment === 'development' ? ordinal % sentinelPods : ordinal}`;
  }

  /** As the guide has it after a claim was deleted. @throws Error if the deployment fails */
  #deployRedis(): void {
    const { status, stderr } = runCommand(process.execPath, [
      ...[
        '--import',
        'tsx',
        'kubernetes/main.ts',
        'deploy',
        this.#environment,
        '--stack',
        `${this.#environment}-redis`,
      ],
      ...['--images', '.kubernetes/images/images.json', '--state', '.kubernetes/state'],
      ...['--kubeconfig', path.join(demoCluster, 'kubeconfig')],
    ]);
    if (status !== 0) throw new Error(stderr.slice(-2_000));
  }
}

/** Name of the first job that begins so. */
const jobName = (namespace: string, start: string) =>
  shell(
    `kubectl -n ${namespace} get jobs -o name | sed -n 's#^job.batch/\\(${start}-.*\\)#\\1#p' | head -n 1`,
  ).stdout.trim();

const nodeOf = (pod: string) => shell(`kubectl -n redis get pod ${pod} -o jsonpath='{.spec.nodeName}'`).stdout.trim();

/** What waits for a person gets what the person would type, or ends after some seconds. */
function withoutPerson(text: string): string {
  return text
    .replaceAll(/^(kubectl .* port-forward .*?)(?: &)?$/gm, "timeout 5 $1 | grep 'Forwarding from'")
    .replaceAll(/^kubectl .* exec -it .*--askpass.*$/gm, (line) => {
      const password = "kubectl -n redis get secret redis-user-operator -o jsonpath='{.data.password}' | base64 -d";
      // What is typed before the question, which ends with a colon, is thrown away.
      return [
        // Without a size the program asks the terminal for one, and waits.
        `coproc client { timeout 60 script --quiet --return --command "stty rows 24 columns 80; ${line}" /dev/null; }`,
        'IFS= read -r -d : -t 50 -u ${client[0]} question',
        // What is typed before the prompt is thrown away as well; Enter is a carriage return to a program that reads key by key.
        `{ ${password}; printf '\\r'; } >&\${client[1]}`,
        "IFS= read -r -d '>' -t 20 -u ${client[0]} prompt",
        "printf 'PING\\r' >&${client[1]}",
        'grep --max-count 1 PONG <&${client[0]}',
        "printf 'QUIT\\r' >&${client[1]}",
      ].join('\n');
    });
}
