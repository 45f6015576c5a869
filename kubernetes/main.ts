/**
 * Deploys environments to a real cluster where Terraform's providers can't be had: `node --import tsx kubernetes/main.ts`
 * tells how. What is replaced on the way is in kubernetes/stand-ins/list.ts.
 */
import { deploy } from './deployment/deploy';
import { destroy } from './deployment/destroy';
import { exercise } from './deployment/exercise';
import { Kubectl } from './deployment/kubectl';
import { readOptions, type Command, type Options } from './deployment/options';
import { requireLocalCluster } from './deployment/target';
import { renewCertificates } from './stand-ins/certificates/issuing';
import { standInsMarkdown, standInsText } from './stand-ins/list';

const runs: Readonly<Record<Command, (options: Options) => number | Promise<number>>> = {
  deploy,
  destroy,
  exercise,
  'renew-certificates': renew,
  'list-stand-ins': ({ markdown }) => {
    process.stdout.write(markdown ? standInsMarkdown() : standInsText());
    return 0;
  },
};

async function renew(options: Options): Promise<number> {
  const kubectl = new Kubectl(options.kubeconfig, options.kubectl);
  await requireLocalCluster(kubectl);
  for (const line of await renewCertificates(kubectl)) process.stdout.write(`${line}\n`);
  return 0;
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  process.exitCode = await runs[options.command](options);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
