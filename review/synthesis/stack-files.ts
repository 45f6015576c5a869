/** Synthesized stacks, as CDKTF writes them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Arguments of a resource, by their names in Terraform. */
export type Arguments = Readonly<Record<string, unknown>>;

/** Blocks by type, then by id. */
export type Blocks = Readonly<Record<string, Readonly<Record<string, Arguments>>>>;

/** A Terraform configuration in JSON. */
export interface StackConfiguration {
  readonly resource?: Blocks;
  readonly data?: Blocks;
  readonly locals?: Readonly<Record<string, unknown>>;
  readonly output?: Readonly<Record<string, { readonly value: unknown }>>;
  readonly provider?: Readonly<Record<string, readonly Arguments[]>>;
}

/** A stack by its name. */
export interface StackFile {
  readonly name: string;
  /** Names of the stacks that are deployed before it. @default - none */
  readonly dependencies?: readonly string[];
  readonly configuration: StackConfiguration;
}

interface Manifest {
  readonly stacks: Readonly<Record<string, StackOfManifest>>;
}

interface StackOfManifest {
  readonly synthesizedStackPath: string;
  readonly dependencies?: readonly string[];
}

/** The stacks of a folder such as `cdktf.out`. */
export function readStacks(folder: string): readonly StackFile[] {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8')) as Manifest;
  return Object.entries(manifest.stacks).map(([name, { synthesizedStackPath, dependencies = [] }]) => ({
    name,
    dependencies,
    configuration: JSON.parse(readFileSync(path.join(folder, synthesizedStackPath), 'utf8')) as StackConfiguration,
  }));
}
