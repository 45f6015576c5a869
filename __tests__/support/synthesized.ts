/** Stacks of an environment, synthesized as the CDKTF CLI would. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App } from 'cdktf';
import type { LocalObservation } from '../../constructs/local/observation';
import { parseEnvironment, type EnvironmentInput } from '../../environments/environment';
import { addStacks } from '../../stacks/environment-stacks';
import { testDay } from './kubernetes';
import { testSurroundings } from './surroundings';
import { withoutTokenTraces } from './token-traces';

/** A Terraform configuration in JSON. */
export interface SynthesizedStack {
  readonly terraform: { readonly backend: Readonly<Record<string, unknown>> };
  readonly resource: Readonly<Record<string, Readonly<Record<string, SynthesizedResource>>>>;
  readonly output?: Readonly<Record<string, unknown>>;
}

export interface SynthesizedResource {
  readonly depends_on?: readonly string[];
  readonly triggers_replace: Readonly<Record<string, unknown>>;
  readonly lifecycle: Readonly<Record<string, unknown>>;
  readonly provisioner: readonly Readonly<Record<string, Readonly<Record<string, unknown>>>>[];
}

export interface Synthesis {
  /** By stack name. */
  readonly stacks: Readonly<Record<string, SynthesizedStack>>;
  /** Dependencies by stack name, from CDKTF's manifest. */
  readonly dependencies: Readonly<Record<string, readonly string[]>>;
}

interface Manifest {
  readonly stacks: Readonly<Record<string, { readonly synthesizedStackPath: string; readonly dependencies: string[] }>>;
}

interface SynthesisOptions {
  /** What runs already. @default - nothing was ever deployed */
  readonly observation?: LocalObservation;
  /** Run CDKTF's validations, which ask Terraform for its version once a resource. @default false */
  readonly validate?: boolean;
}

/** Synthesizes an environment. */
export function synthesize(
  input: EnvironmentInput,
  { observation, validate = false }: SynthesisOptions = {},
): Synthesis {
  const outdir = mkdtempSync(path.join(tmpdir(), 'cdktf-out-'));
  try {
    withoutTokenTraces(() => {
      const app = new App({ outdir, skipValidation: !validate });
      addStacks(app, parseEnvironment(input, testDay), testSurroundings(observation));
      app.synth();
    });
    return readSynthesis(outdir);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function readSynthesis(outdir: string): Synthesis {
  const manifest = JSON.parse(readFileSync(path.join(outdir, 'manifest.json'), 'utf8')) as Manifest;
  const entries = Object.entries(manifest.stacks);
  return {
    stacks: Object.fromEntries(
      entries.map(([name, { synthesizedStackPath }]) => [
        name,
        JSON.parse(readFileSync(path.join(outdir, synthesizedStackPath), 'utf8')) as SynthesizedStack,
      ]),
    ),
    dependencies: Object.fromEntries(entries.map(([name, { dependencies }]) => [name, dependencies])),
  };
}
