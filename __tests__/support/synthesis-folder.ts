/** A synthesis as `npx cdktf synth` makes it, by main.ts in a process of its own. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');

export interface SynthesisFolder {
  /** What `cdktf.out` would be. */
  readonly folder: string;
  remove(): void;
}

/** Synthesizes one environment. @throws Error with what main.ts printed if it fails */
export function synthesizeToFolder(environment: string): SynthesisFolder {
  const folder = mkdtempSync(path.join(tmpdir(), 'synthesis-'));
  execFileSync(process.execPath, ['--import', 'tsx', 'main.ts'], {
    cwd: root,
    env: { ...process.env, ENVIRONMENT: environment, CDKTF_OUTDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
