/** The settings with which an environment is deployed at present: its own, and those that faults have changed. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { BitnamiSettings } from '../../environments/bitnami-settings';
import { onKubernetes } from '../bitnami-platform';
import { changedEnvironment } from '../deployment/plan';

const schema = z.record(z.string(), z.string());

export class DeployedSettings {
  readonly #file: string;
  readonly #environment: string;
  readonly #changes: Record<string, string>;

  /** @param state folder of the deployment's state */
  constructor(state: string, environment: string) {
    this.#environment = environment;
    this.#file = path.join(state, 'changed-settings.json');
    this.#changes = existsSync(this.#file) ? { ...schema.parse(JSON.parse(readFileSync(this.#file, 'utf8'))) } : {};
  }

  /** Of Redis. @throws Error if the environment has none on Kubernetes */
  get platform(): BitnamiSettings {
    return onKubernetes(changedEnvironment(this.#environment, this.changes)).platform;
  }

  /** `platform.memoryMebibytes=2048`, … */
  get changes(): readonly string[] {
    return Object.entries(this.#changes).map(([setting, value]) => `${setting}=${value}`);
  }

  /** Keeps changes, before they are deployed. */
  change(settings: readonly string[]): void {
    for (const setting of settings) {
      const [name = '', value = ''] = setting.split('=');
      this.#changes[name] = value;
    }
    writeFileSync(this.#file, `${JSON.stringify(this.#changes, undefined, 2)}\n`, { mode: 0o600 });
  }
}
