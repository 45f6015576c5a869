/** The programs of pods, in one folder as pods have them, and run as Kubernetes runs them. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { podPrograms } from '../../constructs/bitnami/pod-files';
import type { BitnamiSettings } from '../../environments/bitnami-settings';

const execute = promisify(execFile);

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Writes the programs of a kind of pods into a folder. */
export function writePodPrograms(kind: BitnamiSettings['kind'], folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(podPrograms(kind))) writeFileSync(path.join(folder, name), text);
}

/** Runs a program to its end. */
export async function runPodProgram(file: string, variables: Readonly<Record<string, string>>): Promise<Outcome> {
  try {
    return { code: 0, ...(await execute('bash', [file], { env: { ...process.env, ...variables } })) };
  } catch (error) {
    return error as Outcome;
  }
}
