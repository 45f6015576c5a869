/** Passwords that External Secrets generates inside the cluster, each in a Secret of a namespace that has no pods. */
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { namespaces } from '../cluster-services/names';
import { CustomResources, type KubernetesObject } from '../kubernetes/custom-resources';
import type { KubernetesSecretValue } from '../redis/endpoint';
import { defaultPasswordLength, type PasswordGroup, type PasswordProps, type PasswordStore } from './password-store';

/** Key of the password in its Secret: what the generator calls it. Source: "Password" of External Secrets' generators. */
export const generatedPasswordKey = 'password';

/** Name of the Secret of one generation: a new password has another name, so the one before stays readable. */
export const passwordSecretName = (name: string, generation: number) => `${name.replaceAll('/', '-')}-${generation}`;

/** The store: no password leaves the cluster, and none is made twice. */
export const clusterPasswords: PasswordStore = (scope, { name }) => new ClusterPasswordGroup(scope, name);

class ClusterPasswordGroup implements PasswordGroup {
  readonly #generators = new Map<number, KubernetesObject>();
  readonly #secrets: KubernetesObject[] = [];
  readonly #parent: Construct;
  readonly #name: string;

  constructor(parent: Construct, name: string) {
    this.#parent = parent;
    this.#name = name;
  }

  generate(_scope: Construct, _id: string, props: PasswordProps) {
    const { name, generation } = props;
    const current = this.#secret(props, generation);
    // It exists already, unless the environment starts with a later generation. Older ones stay in the namespace, unused.
    if (generation > 1) this.#secret(props, generation - 1);
    return { current, previous: value(passwordSecretName(name, generation - 1)) };
  }

  complete(dependsOn: readonly ITerraformDependable[]): readonly ITerraformDependable[] {
    const { release } = new CustomResources(this.#parent, 'passwords', {
      name: `${this.#name}-passwords`,
      namespace: namespaces.passwords,
      objects: [...this.#generators.values(), ...this.#secrets],
      dependsOn,
    });
    return [release];
  }

  #secret({ name, passwordLength = defaultPasswordLength }: PasswordProps, generation: number) {
    const secretName = passwordSecretName(name, generation);
    this.#secrets.push(generatedSecret(secretName, this.#generator(passwordLength)));
    return value(secretName);
  }

  #generator(length: number): string {
    const name = `${this.#name}-${length}`;
    this.#generators.set(length, generatorObject(name, length));
    return name;
  }
}

const value = (name: string): KubernetesSecretValue => ({
  kind: 'kubernetes-secret',
  namespace: namespaces.passwords,
  name,
  key: generatedPasswordKey,
});

/** Letters and digits, each as likely as any other. */
const generatorObject = (name: string, length: number): KubernetesObject => ({
  apiVersion: 'generators.external-secrets.io/v1alpha1',
  kind: 'Password',
  metadata: { name },
  spec: { length, digits: Math.floor(length / 4), symbols: 0, noUpper: false, allowRepeat: true },
});

/**
 * The Secret outlives the object that had it made, and never changes: External Secrets leaves the data of an immutable
 * Secret as it is, also for an object that is made again. Source: `reconcileTargetSecret` in
 * pkg/controllers/externalsecret/externalsecret_controller.go of External Secrets 2.9.
 */
const generatedSecret = (name: string, generator: string): KubernetesObject => ({
  apiVersion: 'external-secrets.io/v1',
  kind: 'ExternalSecret',
  metadata: { name },
  spec: {
    refreshPolicy: 'CreatedOnce',
    target: { name, creationPolicy: 'Orphan', deletionPolicy: 'Retain', immutable: true },
    dataFrom: [
      {
        sourceRef: {
          generatorRef: { apiVersion: 'generators.external-secrets.io/v1alpha1', kind: 'Password', name: generator },
        },
      },
    ],
  },
});
