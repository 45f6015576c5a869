/** Secrets Manager in memory: the operations of a rotation, with labels as its guide describes them. */
import type {
  DescribeSecretCommandOutput,
  GetSecretValueCommandInput,
  GetSecretValueCommandOutput,
  PutSecretValueCommandInput,
  PutSecretValueCommandOutput,
  UpdateSecretVersionStageCommandInput,
  UpdateSecretVersionStageCommandOutput,
} from '@aws-sdk/client-secrets-manager';
import type { SecretsApi } from '../../apps/password-rotation/apis';

/** An error with the name that the SDK gives it. */
export function awsError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

const answered = { $metadata: {} };

interface Version {
  text: string | undefined;
  readonly labels: Set<string>;
}

/** One secret. */
export class MemorySecret implements SecretsApi {
  /** As long as it is on, and until when it is to be rotated. */
  rotation: { readonly enabled: boolean; readonly next?: Date } = { enabled: true };
  readonly #names: readonly string[];
  readonly #versions = new Map<string, Version>();

  /** @param names ARN and name; it is known by both */
  constructor(names: readonly string[], initial: string) {
    this.#names = names;
    this.#versions.set('initial', { text: initial, labels: new Set(['AWSCURRENT']) });
  }

  /** What Secrets Manager does before it calls the function: a version that is empty and pending. */
  beginRotation(token: string): void {
    if (this.#labelled('AWSPENDING') !== undefined)
      throw awsError('InvalidRequestException', 'a rotation is under way');
    this.#versions.set(token, { text: undefined, labels: new Set(['AWSPENDING']) });
  }

  /** What Secrets Manager does after the last step, or someone who cancels a rotation. */
  endRotation(): void {
    for (const { labels } of this.#versions.values()) labels.delete('AWSPENDING');
  }

  /** Content of the version with a label, for assertions. */
  password(label: string): string | undefined {
    const version = this.#labelled(label);
    const text = version === undefined ? undefined : this.#versions.get(version)?.text;
    return text === undefined ? undefined : (JSON.parse(text) as { password: string }).password;
  }

  /** Writes a content as it is. */
  overwrite(version: string, text: string): void {
    const found = this.#versions.get(version);
    if (found) found.text = text;
  }

  describeSecret({ SecretId }: { SecretId: string | undefined }): Promise<DescribeSecretCommandOutput> {
    this.#check(SecretId);
    const { enabled, next } = this.rotation;
    return Promise.resolve({
      ...answered,
      RotationEnabled: enabled,
      ...(next && { NextRotationDate: next }),
      VersionIdsToStages: Object.fromEntries(
        [...this.#versions].flatMap(([id, { labels }]) => (labels.size > 0 ? [[id, [...labels]]] : [])),
      ),
    });
  }

  getSecretValue(input: GetSecretValueCommandInput): Promise<GetSecretValueCommandOutput> {
    this.#check(input.SecretId);
    const label = input.VersionStage ?? 'AWSCURRENT';
    const id = input.VersionId ?? this.#labelled(label) ?? '';
    const version = this.#versions.get(id);
    if (version?.text === undefined || !version.labels.has(label)) {
      return Promise.reject(awsError('ResourceNotFoundException', `no value for ${label}`));
    }
    return Promise.resolve({ ...answered, SecretString: version.text, VersionId: id });
  }

  putSecretValue(input: PutSecretValueCommandInput): Promise<PutSecretValueCommandOutput> {
    this.#check(input.SecretId);
    const { ClientRequestToken: id = '', SecretString: text = '', VersionStages: labels = ['AWSCURRENT'] } = input;
    const version = this.#versions.get(id) ?? { text: undefined, labels: new Set<string>() };
    if (version.text !== undefined && version.text !== text) {
      return Promise.reject(awsError('ResourceExistsException', `version ${id} has another value: ${text}`));
    }
    version.text = text;
    this.#versions.set(id, version);
    for (const label of labels) this.#move(label, id);
    return Promise.resolve({ ...answered, VersionId: id });
  }

  updateSecretVersionStage(
    input: UpdateSecretVersionStageCommandInput,
  ): Promise<UpdateSecretVersionStageCommandOutput> {
    this.#check(input.SecretId);
    const { VersionStage: label = '', MoveToVersionId: to = '', RemoveFromVersionId: from } = input;
    // The version that loses a label has to be named, and to have it.
    if (this.#labelled(label) !== from)
      return Promise.reject(awsError('InvalidParameterException', 'another version has it'));
    this.#move(label, to);
    return Promise.resolve(answered);
  }

  /** A label is on one version at most; the one that was current becomes the previous one. */
  #move(label: string, to: string): void {
    const from = this.#labelled(label);
    if (from === to) return;
    if (from !== undefined) this.#versions.get(from)?.labels.delete(label);
    this.#versions.get(to)?.labels.add(label);
    if (label === 'AWSCURRENT' && from !== undefined) this.#move('AWSPREVIOUS', from);
  }

  #labelled(label: string): string | undefined {
    return [...this.#versions].find(([, { labels }]) => labels.has(label))?.[0];
  }

  #check(id: string | undefined): void {
    if (!this.#names.includes(id ?? '')) throw awsError('ResourceNotFoundException', `no secret ${id ?? ''}`);
  }
}
