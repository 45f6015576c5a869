/**
 * An AWS account to follow a guide in: a copy of the checkout, S3 and STS on loopback (moto), and an `npx` that runs the CDKTF CLI with
 * providers that are played. Commands run as they stand in the guide; what the rehearsal adds is in `npx` below.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { copyCheckout, type CheckoutCopy, type CommandResult } from '../checkout-copy';
import { freePorts } from '../free-ports';
import { eventually } from '../eventually';
import { rehearsalProgram } from '../rehearsal';

/** Stacks that `cdktf list` shows: a loop over all eleven takes two minutes, and rehearsed-deployment.ts has all planned again. */
export const listedStacks = [
  'production-terraform-state',
  'production-network',
  'production-redis',
  'production-application',
];

/**
 * Nobody is there to approve, and played providers have no checksums to lock. The played bucket of states holds nothing: where the guide has made
 * one, S3 gets it.
 */
const npx = (endpoint: string) => `#!/usr/bin/env bash
set -euo pipefail
[ "$1" = cdktf ] || { echo "npx of the rehearsal runs cdktf alone, not $1" >&2; exit 2; }
case $2 in
  deploy | destroy) more=(--auto-approve --skip-provider-lock) ;;
  diff) more=(--skip-provider-lock) ;;
  *) more=() ;;
esac
if [ "$2" = list ]; then filter=(grep -E '^(${listedStacks.join('|')}) '); else filter=(cat); fi
'${rehearsalProgram('rehearse')}' node_modules/.bin/cdktf "\${@:2}" "\${more[@]}" | "\${filter[@]}"
[ "$2" = deploy ] && [ "\${OWN_STATE:-}" = file ] || exit 0
node -e 'const state = JSON.parse(require("node:fs").readFileSync(\`terraform.\${process.argv[1]}.tfstate\`, "utf8"));
fetch(\`${endpoint}/\${state.outputs.bucket.value}\`, { method: "PUT" })' "$3"
`;

/** S3 by path, since no name of a bucket resolves to loopback: the one change made to synthesized stacks. */
const pathStyle = `const fs = require('node:fs');
const path = require('node:path');
const stacks = path.join(process.env.CDKTF_OUTDIR ?? 'cdktf.out', 'stacks');
const byPath = { use_path_style: true, skip_region_validation: true, skip_metadata_api_check: true };
for (const stack of fs.readdirSync(stacks)) {
  const file = path.join(stacks, stack, 'cdk.tf.json');
  if (!fs.existsSync(file)) continue;
  const configuration = JSON.parse(fs.readFileSync(file, 'utf8'));
  const states = Object.values(configuration.data?.terraform_remote_state ?? {});
  for (const s3 of [configuration.terraform.backend.s3, ...states.map(({ config }) => config)]) {
    if (s3?.bucket) Object.assign(s3, byPath);
  }
  fs.writeFileSync(file, JSON.stringify(configuration));
}
`;

/** Says who reads a state: moto checks no signature, but refuses who has none. */
const authorization =
  'AWS4-HMAC-SHA256 Credential=rehearsal/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=none';

interface State {
  readonly resources: readonly unknown[];
}

export interface RehearsedAccount {
  readonly directory: string;
  /** Runs a script of a guide in the shell of those before it. */
  run(script: string): Promise<CommandResult>;
  /** State of a stack in the bucket. @returns undefined if there is none */
  stateOf(bucket: string, stack: string): Promise<State | undefined>;
  close(): Promise<void>;
}

/** @param profile name of the profile of AWS that guides use */
export async function rehearsedAccount(accountId: string, profile: string): Promise<RehearsedAccount> {
  const [port = 0] = await freePorts(1);
  const endpoint = `http://127.0.0.1:${port}`;
  const moto = startMoto(accountId, port);
  const copy = await copyCheckout();
  try {
    await eventually(() => answers(`${endpoint}/moto-api/`), 60_000);
    prepare(copy, endpoint, profile);
    const built = await copy.run('npm', 'run', '--silent', 'build');
    if (built.exitCode !== 0) throw new Error(built.output);
  } catch (error) {
    moto.kill();
    copy.remove();
    throw error;
  }
  return {
    directory: copy.directory,
    run: (script) =>
      copy.run('bash', '-c', `set -euo pipefail; . rehearsal/shell; ${script}\nexport -p >rehearsal/shell`),
    async stateOf(bucket, stack) {
      const answer = await fetch(`${endpoint}/${bucket}/${stack}/terraform.tfstate`, { headers: { authorization } });
      return answer.ok ? ((await answer.json()) as State) : undefined;
    },
    async close() {
      const ended = new Promise((resolve) => moto.once('exit', resolve));
      moto.kill();
      await ended;
      copy.remove();
    },
  };
}

const answers = (url: string) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

/** With the Python that `rehearse-stacks` makes for itself. */
function startMoto(accountId: string, port: number): ChildProcess {
  const program = rehearsalProgram('rehearse-stacks');
  const find = 'import runpy, sys; print(runpy.run_path(sys.argv[1], run_name="rehearse")["moto_python"]())';
  const python = execFileSync('python3', ['-c', find, program], { encoding: 'utf8' }).trim();
  return spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], {
    env: { ...process.env, MOTO_ACCOUNT_ID: accountId },
    stdio: 'ignore',
  });
}

function prepare({ directory }: CheckoutCopy, endpoint: string, profile: string): void {
  const folder = path.join(directory, 'rehearsal');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'npx'), npx(endpoint));
  chmodSync(path.join(folder, 'npx'), 0o755);
  writeFileSync(path.join(folder, 'path-style.cjs'), pathStyle);
  const credentials = 'aws_access_key_id = rehearsal\naws_secret_access_key = rehearsal\n';
  writeFileSync(path.join(folder, 'aws'), `[profile ${profile}]\nendpoint_url = ${endpoint}\n${credentials}`);
  const shell = [
    `export PATH='${folder}':"$PATH" AWS_CONFIG_FILE='${path.join(folder, 'aws')}' AWS_EC2_METADATA_DISABLED=true`,
    'unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN',
  ];
  writeFileSync(path.join(folder, 'shell'), `${shell.join('\n')}\n`);
  const file = path.join(directory, 'cdktf.json');
  const settings = JSON.parse(readFileSync(file, 'utf8')) as { app: string };
  // Bundles are built once for all commands, for time's sake.
  const app = `${settings.app.replace('npm run --silent build && ', '')} && node rehearsal/path-style.cjs`;
  writeFileSync(file, JSON.stringify({ ...settings, app }));
}
