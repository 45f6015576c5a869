/** The ConfigMaps of programs and configuration. A changed one has another name, so that pods are replaced for it. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { BitnamiSettings } from '../../environments/bitnami-settings';
import { addFileMap } from '../kubernetes/file-map';
import { redisNamespace, releaseName } from './names';
import type { PodFiles } from './pod-volumes';

const folder = path.join(__dirname, 'programs');

type Kind = BitnamiSettings['kind'];

/** Folders of programs: those that all pods have, and those of a kind. */
const foldersOf: Readonly<Record<Kind, readonly string[]>> = {
  'bitnami-cluster': ['shared', 'cluster'],
  'bitnami-sentinel': ['shared', 'sentinel'],
};

/** Programs of a kind of pods by their name, and what they source. In a pod they are in one folder. */
export const podPrograms = (kind: Kind): Readonly<Record<string, string>> =>
  Object.fromEntries(
    foldersOf[kind].flatMap((part) =>
      readdirSync(path.join(folder, part))
        .sort()
        .map((name) => [name, readFileSync(path.join(folder, part, name), 'utf8')] as const),
    ),
  );

export interface PodFilesProps {
  readonly kind: Kind;
  /** Nothing secret. */
  readonly configuration: Readonly<Record<string, string>>;
  readonly dependsOn: readonly ITerraformDependable[];
}

export class PodFileMaps extends Construct {
  readonly names: PodFiles;
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { kind, configuration, dependsOn }: PodFilesProps) {
    super(scope, id);
    const programs = this.#map('programs', podPrograms(kind), dependsOn);
    const files = this.#map('configuration', configuration, dependsOn);
    this.names = { programs: programs.name, configuration: files.name };
    this.dependables = [programs.map, files.map];
  }

  #map(what: string, files: Readonly<Record<string, string>>, dependsOn: readonly ITerraformDependable[]) {
    return addFileMap(this, what, { name: `${releaseName}-${what}`, namespace: redisNamespace, files, dependsOn });
  }
}
