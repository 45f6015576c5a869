/**
 * Prints what an environment's Redis holds and costs, and how full its nodes are: `npm run plan:capacity -- production [--json]`.
 *
 * Exit code 1, with what to do about it, if there is no such environment, it is not valid, or it is not in AWS.
 */
import type { CloudEnvironment } from '../environments/cloud-environment';
import { isCloudEnvironment, type PlatformKind } from '../environments/environment';
import { environmentOf } from './environment-argument';
import { capacityReport } from './capacity-report';
import { renderCapacityReport } from './capacity-text';
import { nodeReports } from './node-report';
import { renderNodeReport } from './node-text';

function main(options: readonly string[]): void {
  const environment = environmentOf({ command: 'plan:capacity', options });
  const { name, platform } = environment;
  if (!isCloudEnvironment(environment)) throw new Error(noPlan(name, platform.kind));
  const redis =
    environment.platform.kind === 'elasticache' ? capacityReport(environment, environment.platform) : undefined;
  const nodes = nodeReports(environment);
  if (options.includes('--json')) {
    console.log(JSON.stringify({ environment: name, ...redis, nodeCapacity: nodes }, undefined, 2));
    return;
  }
  const aboutRedis = redis === undefined ? withoutNodes(environment) : renderCapacityReport(redis);
  console.log([aboutRedis, ...nodes.map(renderNodeReport)].join('\n\n'));
}

/** The section of a platform whose nodes aren't chosen by their memory. */
const withoutNodes = ({ name, platform: { kind } }: CloudEnvironment) =>
  `Redis of ${name} runs on ${kind}` + (kind === 'elasticache' ? '' : `. It holds ${rooms[kind]}`);

const noPlan = (name: string, kind: PlatformKind) =>
  `${name} runs on ${kind}, which has no nodes to choose` +
  (kind === 'elasticache' ? '' : `: its room is ${rooms[kind]}`);

/** Where the others are told how much they hold. */
const rooms: Readonly<Record<Exclude<PlatformKind, 'elasticache'>, string>> = {
  'local-processes': 'platform.nodeMemoryMebibytes × 75 % × platform.shards',
  'elasticache-serverless': 'platform.limits',
  'bitnami-cluster': 'platform.memoryMebibytes × 75 % × platform.shards',
  'bitnami-sentinel': 'platform.memoryMebibytes × 75 %',
  machines: 'that of platform.instanceType × 75 %',
};

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
