/** What External Secrets reads in an environment, and what it may: both as the synthesis says it. */
import type { KubernetesObject } from '../../constructs/kubernetes/custom-resources';
import type { Synthesis } from './synthesized';
import { statementsOf, type Arguments } from './synthesized-construct';
import { followed, stackOf } from './terraform-references';

/** A release of custom resources. */
interface Release {
  readonly stack: string;
  readonly namespace: string;
  readonly objects: readonly KubernetesObject[];
  readonly dependsOn: readonly string[];
}

/** A secret of AWS, or a Secret of another namespace, that an ExternalSecret reads. */
export interface ReadSecret {
  readonly stack: string;
  readonly externalSecret: string;
  readonly store: { readonly kind: string; readonly name: string };
  /** ARN in Secrets Manager, or the name of a Secret. */
  readonly key: string;
  /** `depends_on` of the release with the ExternalSecret. */
  readonly dependsOn: readonly string[];
}

/** A policy of the controller's role. */
export interface SecretGrant {
  readonly stack: string;
  /** Address in Terraform. */
  readonly address: string;
  /** Patterns of ARNs whose values may be had, and which KMS decrypts for. */
  readonly readable: readonly string[];
  readonly decryptable: readonly string[];
}

/** Releases whose values are objects of Kubernetes. */
export function objectReleases(synthesis: Synthesis): readonly Release[] {
  return Object.keys(synthesis.stacks).flatMap((stack) =>
    Object.values(stackOf(synthesis, stack).resource?.helm_release ?? {}).flatMap((release) => {
      const [values = ''] = release.values as readonly string[];
      if (!values.startsWith('{"objects":')) return [];
      const { objects } = JSON.parse(followed(values, stack, synthesis)) as Pick<Release, 'objects'>;
      const dependsOn = (release.depends_on ?? []) as readonly string[];
      return [{ stack, namespace: String(release.namespace), objects, dependsOn }];
    }),
  );
}

interface ExternalSecretSpec {
  readonly secretStoreRef: ReadSecret['store'];
  readonly data: readonly { readonly remoteRef: { readonly key: string } }[];
}

/** What all ExternalSecrets of an environment read. */
export function readSecrets(synthesis: Synthesis): readonly ReadSecret[] {
  return objectReleases(synthesis).flatMap(({ stack, objects, dependsOn }) =>
    objects
      .filter(({ kind }) => kind === 'ExternalSecret')
      .flatMap(({ metadata, spec }) => {
        const { secretStoreRef: store, data } = spec as unknown as ExternalSecretSpec;
        return data.map(({ remoteRef: { key } }) => ({ stack, externalSecret: metadata.name, store, key, dependsOn }));
      }),
  );
}

/** What a role may read in Secrets Manager, in all stacks. */
export function secretGrants(synthesis: Synthesis, role: string): readonly SecretGrant[] {
  return Object.keys(synthesis.stacks).flatMap((stack) =>
    Object.entries(stackOf(synthesis, stack).resource?.aws_iam_role_policy ?? {})
      .filter(([, policy]) => followed(String(policy.role), stack, synthesis) === role)
      .map(([name, policy]) => grantOf(policy, `aws_iam_role_policy.${name}`, stack, synthesis)),
  );
}

function grantOf({ policy }: Arguments, address: string, stack: string, synthesis: Synthesis): SecretGrant {
  const { ReadSecrets, DecryptSecrets } = statementsOf(followed(String(policy), stack, synthesis));
  const { ArnLike } = (DecryptSecrets?.Condition ?? {}) as {
    readonly ArnLike?: Readonly<Record<string, string | readonly string[]>>;
  };
  return {
    stack,
    address,
    readable: [ReadSecrets?.Resource ?? []].flat(),
    decryptable: [ArnLike?.['kms:EncryptionContext:SecretARN'] ?? []].flat(),
  };
}

/** Whether a pattern of IAM matches a whole text: `*` is any characters, `?` is one. */
export function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}
