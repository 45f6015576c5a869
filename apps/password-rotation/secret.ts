/** A secret with a password, and its versions as a rotation moves them along. */
import { randomInt } from 'node:crypto';
import type { SecretsApi } from './apis';
import { isRecord } from './request';

/** Labels of versions. Source: "Staging labels" of the Secrets Manager guide. */
export type Stage = 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS';

/** What a version of the secret says. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Ids of versions by label. */
export type Versions = Readonly<Partial<Record<Stage, string>>>;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Letters and digits: 62^40 passwords, within the 16 to 128 characters of ElastiCache. */
const passwordLength = 40;

export function generatePassword(): string {
  return Array.from({ length: passwordLength }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}

export class Secret {
  /** ARN or name. */
  readonly id: string;
  readonly #api: SecretsApi;

  constructor(id: string, api: SecretsApi) {
    this.id = id;
    this.#api = api;
  }

  /** When it should have been changed at the latest. @throws Error if nothing changes it */
  async dueDate(): Promise<Date> {
    const { RotationEnabled: enabled, NextRotationDate: date } = await this.#api.describeSecret({ SecretId: this.id });
    if (!enabled || !date) throw new Error(`Secret '${this.id}': its rotation is off; deploy the platform again`);
    return date;
  }

  async versions(): Promise<Versions> {
    const { VersionIdsToStages: stages = {} } = await this.#api.describeSecret({ SecretId: this.id });
    const labelled = Object.entries(stages).flatMap(([version, labels]) => labels.map((label) => [label, version]));
    return Object.fromEntries(labelled) as Versions;
  }

  /** @returns undefined if no version has the label, or the one that has it is empty as yet */
  async read(stage: Stage, version?: string): Promise<Credentials | undefined> {
    try {
      const { SecretString: text } = await this.#api.getSecretValue({
        SecretId: this.id,
        VersionStage: stage,
        ...(version !== undefined && { VersionId: version }),
      });
      return parseCredentials(this.id, text);
    } catch (error) {
      if (hasName(error, 'ResourceNotFoundException')) return undefined;
      throw error;
    }
  }

  /** @throws Error if there is none */
  async readCurrent(): Promise<Credentials> {
    const current = await this.read('AWSCURRENT');
    if (!current) throw new Error(`Secret '${this.id}' has no current version; deploy the platform again`);
    return current;
  }

  /** Makes a version that is pending, unless it is there already. */
  async writePending(version: string, credentials: Credentials): Promise<void> {
    try {
      await this.#api.putSecretValue({
        SecretId: this.id,
        ClientRequestToken: version,
        SecretString: JSON.stringify(credentials),
        VersionStages: ['AWSPENDING'],
      });
    } catch (error) {
      // Another run of the same step was faster, with a password of its own.
      if (hasName(error, 'ResourceExistsException')) return;
      throw withoutDetails(`writing a version of secret '${this.id}'`, error);
    }
  }

  /** Secrets Manager makes the version that was current the previous one. */
  async makeCurrent(version: string, before: string | undefined): Promise<void> {
    await this.#api.updateSecretVersionStage({
      SecretId: this.id,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: version,
      ...(before !== undefined && { RemoveFromVersionId: before }),
    });
  }
}

/** @throws Error if the text is something else; without the text, which holds a password */
function parseCredentials(id: string, text = ''): Credentials {
  const value = parseJson(text);
  if (!isRecord(value) || typeof value.username !== 'string' || typeof value.password !== 'string') {
    throw new Error(`Secret '${id}': expected a JSON object with username and password`);
  }
  return { username: value.username, password: value.password };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether an error of AWS has this name. */
export const hasName = (error: unknown, name: string) => error instanceof Error && error.name === name;

/** An error of a call that had passwords in it: AWS may repeat what it was sent, and Lambda logs what is thrown. */
export function withoutDetails(action: string, error: unknown): Error {
  return new Error(`${action} failed: ${error instanceof Error ? error.name : 'unknown error'}`);
}
