/**
 * Prints what containers use against what they request, sampled from metrics-server:
 *
 *     node --import tsx kubernetes/usage/main.ts --kubeconfig FILE [--seconds 60] [--json]
 *
 * metrics-server has a new value about every 15 seconds. Run it beside a load, or beside the exercise.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Kubectl } from '../deployment/kubectl';
import { usageOptions } from './options';
import { UsageTable, usageTable, type PodMetrics, type PodSpec } from './usage';

const pauseSeconds = 5;

interface ListOf<Item> {
  readonly items: readonly Item[];
}

const read = async <Answer>(kubectl: Kubectl, url: string) =>
  JSON.parse(await kubectl.text(['get', '--raw', url])) as Answer;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: usageOptions });
  const seconds = Number(values.seconds);
  if (values.kubeconfig === undefined) throw new Error('--kubeconfig is missing: name the file of the cluster');
  if (!Number.isInteger(seconds) || seconds < 1) {
    throw new Error(`--seconds is ${values.seconds}: a number of seconds is allowed, 60 for example`);
  }
  const kubectl = new Kubectl(values.kubeconfig, process.env.KUBECTL ?? 'kubectl');
  const table = new UsageTable();
  const end = Date.now() + seconds * 1_000;
  do {
    const metrics = await read<ListOf<PodMetrics>>(kubectl, '/apis/metrics.k8s.io/v1beta1/pods');
    const pods = await read<ListOf<PodSpec>>(kubectl, '/api/v1/pods');
    table.add(metrics.items, pods.items);
    await sleep(pauseSeconds * 1_000);
  } while (Date.now() < end);
  const rows = table.rows();
  process.stdout.write(values.json ? `${JSON.stringify(rows, undefined, 2)}\n` : `${usageTable(rows)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`usage: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
