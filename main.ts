/**
 * Synthesizes the stacks of the environment that `ENVIRONMENT` names, or of all environments.
 *
 * Run by the CDKTF CLI (`npx cdktf synth`, `npx cdktf deploy 'local-*'`).
 */
import { App } from 'cdktf';
import { environmentNames, loadEnvironment } from './environments/index';
import { addStacks } from './stacks/environment-stacks';
import { readSurroundings } from './stacks/surroundings';

function main(): void {
  // CDKTF notes where each token was made. To find these places in TypeScript would take a fifth of the time.
  process.setSourceMapsEnabled(false);
  const { ENVIRONMENT: chosen } = process.env;
  const surroundings = readSurroundings(__dirname);
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
