/** Objects as the API of Kubernetes takes them. */

export interface ManifestMetadata {
  readonly name: string;
  /** Absent for kinds that are of the whole cluster. */
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Any object; members beside these are those of its kind. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ManifestMetadata;
  readonly [member: string]: unknown;
}

/** What names an object in a cluster. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

export function referenceOf({ apiVersion, kind, metadata: { name, namespace } }: Manifest): ObjectReference {
  return { apiVersion, kind, name, ...(namespace !== undefined && { namespace }) };
}

/** For people: `Deployment application/api`. */
export const referenceText = ({ kind, namespace, name }: Omit<ObjectReference, 'apiVersion'>) =>
  `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;

/** The same object in every detail, but in another namespace if it names none. */
export function inNamespace(manifest: Manifest, namespace: string): Manifest {
  return { ...manifest, metadata: { ...manifest.metadata, namespace: manifest.metadata.namespace ?? namespace } };
}
