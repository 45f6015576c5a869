/**
 * Synthesizes the stacks of the environment that `ENVIRONMENT` names, or of all environments.
 *
 * Run by the CDKTF CLI (`npx cdktf synth`, `npx cdktf deploy 'local-*'`).
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App } from 'cdktf';
import { functionBundle } from './constructs/aws/function-bundle';
import { localDirectory } from './constructs/local/layout';
import { observeLocalPlatform } from './constructs/local/observation';
import { environmentNames, loadEnvironment } from './environments/index';
import { addStacks, type Surroundings } from './stacks/environment-stacks';
import { ownStateOf } from './stacks/terraform-state-stack';

const surroundings: Surroundings = {
  observeLocalPlatform: () => observeLocalPlatform(path.resolve(__dirname, localDirectory)),
  bundleDigests: () => ({
    api: bundleDigest('api'),
    worker: bundleDigest('worker'),
    'alert-receiver': bundleDigest('alert-receiver'),
  }),
  alarmNotifier: () => functionBundle(path.resolve(__dirname, 'dist', 'alarm-notifier')),
  passwordRotation: () => functionBundle(path.resolve(__dirname, 'dist', 'password-rotation')),
  ownState: () => ownStateOf(process.env),
  today: new Date(),
};

function bundleDigest(program: string): string {
  const bundle = path.resolve(__dirname, 'dist', `${program}.js`);
  return createHash('sha256').update(readFileSync(bundle)).digest('hex').slice(0, 16);
}

function main(): void {
  // CDKTF notes where each token was made. To find these places in TypeScript would take a fifth of the time.
  process.setSourceMapsEnabled(false);
  const { ENVIRONMENT: chosen } = process.env;
  const app = new App();
  for (const name of chosen ? [chosen] : environmentNames) {
    addStacks(app, loadEnvironment(name, process.env, surroundings.today), surroundings);
  }
  app.synth();
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
