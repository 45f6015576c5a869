/** Synthesizes environments for their releases: without what was built, which no release depends on. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App } from 'cdktf';
import { isLocalEnvironment } from '../../environments/environment';
import { environmentNames, loadEnvironment } from '../../environments/index';
import { addStacks } from '../../stacks/environment-stacks';
import { releasesOf, type StackOfReleases, type SynthesizedRelease } from './releases';

/** Releases of all environments but those on one machine. */
export function releasesOfEnvironments(today = new Date()): SynthesizedRelease[] {
  return environmentNames.flatMap((name) => {
    const environment = loadEnvironment(name, {}, today);
    return isLocalEnvironment(environment) ? [] : inFolder((folder) => releasesIn(folder, environment, today));
  });
}

function inFolder<Result>(use: (folder: string) => Result): Result {
  const folder = mkdtempSync(path.join(tmpdir(), 'charts-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function releasesIn(
  folder: string,
  environment: ReturnType<typeof loadEnvironment>,
  today: Date,
): SynthesizedRelease[] {
  // A function's code has to be a folder; this one is as good as any.
  const bundle = { folder: path.join(__dirname, 'facts'), digest: 'not-deployed' };
  const app = new App({ outdir: folder, skipValidation: true });
  addStacks(app, environment, {
    observeLocalPlatform: () => {
      throw new Error('Only local environments observe this machine');
    },
    bundleDigests: () => {
      throw new Error('Only local environments run bundles');
    },
    alarmNotifier: () => bundle,
    passwordRotation: () => bundle,
    ownState: () => 'bucket',
    kubeconfigPaths: () => ['kubeconfig'],
    today,
  });
  app.synth();
  const manifest = JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8')) as {
    readonly stacks: Readonly<Record<string, { readonly synthesizedStackPath: string }>>;
  };
  return Object.entries(manifest.stacks).flatMap(([name, { synthesizedStackPath }]) =>
    releasesOf(name, JSON.parse(readFileSync(path.join(folder, synthesizedStackPath), 'utf8')) as StackOfReleases),
  );
}
