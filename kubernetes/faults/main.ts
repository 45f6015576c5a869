/** Brings faults about in a deployed environment and judges what becomes of orders: `node --import tsx kubernetes/faults/main.ts`. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Kubectl } from '../deployment/kubectl';
import { Progress } from '../deployment/progress';
import { requireLocalCluster } from '../deployment/target';
import { contextOf, credentialsOf, kubernetesVersion } from './context';
import { environments } from './environments';
import { faults } from './faults';
import { markdownPage } from './page';
import { readOptions, type Options } from './options';
import { brokenPromises, readResults, resultsFolder, writeResult, type Result } from './result';
import { runFault } from './run-fault';
import { DeployedSettings } from './settings';
import { resultLines } from './table';
import type { Fault } from './fault';

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), process.env, resultsFolder, faults);
  if (options === 'markdown') return writePage();
  const progress = new Progress((line) => process.stderr.write(`${line}\n`));
  const kubectl = new Kubectl(options.kubeconfig, options.kubectl);
  await requireLocalCluster(kubectl);
  const results: Result[] = [];
  for (const fault of chosenFaults(options)) {
    const result = await measure(fault, options, kubectl, progress);
    results.push(result);
    writeResult(options.results, result);
    progress.say(`${fault.name}: ${result.verdict}`);
    if (!options.json) process.stdout.write(resultLines([result]));
  }
  process.stdout.write(options.json ? `${JSON.stringify(results, undefined, 2)}\n` : resultLines(results));
  return results.every(({ verdict }) => verdict === 'passed') ? 0 : 1;
}

function chosenFaults({ environment, faults: names, isShort, state }: Options): readonly Fault[] {
  const { kind } = new DeployedSettings(state, environment).platform;
  return faults.filter(({ name, platforms, isShort: short = false, isLasting = false }) => {
    const isNamed = names.length === 0 ? !isLasting : names.includes(name);
    return platforms.includes(kind) && isNamed && (!isShort || short);
  });
}

async function measure(fault: Fault, options: Options, kubectl: Kubectl, progress: Progress): Promise<Result> {
  const context = contextOf(options, kubectl, progress);
  const { redis } = context;
  const versions = { redis: await redis.version(), kubernetes: await kubernetesVersion(kubectl) };
  const measured = await runFault(fault, { kubectl, context, credentials: await credentialsOf(kubectl) });
  const findings = [...measured.findings, ...brokenPromises(fault, measured)];
  return {
    fault: fault.name,
    environment: options.environment,
    platform: redis.settings.kind,
    date: new Date().toISOString(),
    versions,
    verdict: findings.length === 0 ? 'passed' : 'failed',
    ...measured,
    findings,
  };
}

async function writePage(): Promise<number> {
  const file = path.resolve(__dirname, '../../docs/fault-table.md');
  writeFileSync(file, await markdownPage(environments, faults, readResults(resultsFolder)));
  return 0;
}

main()
  .then((code) => {
    process.exitCode = code;
  })
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
