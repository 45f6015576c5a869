/** Secrets of Kubernetes that another namespace's pods get: their names, and the keys in them. */
import { defines, reads, type Named } from './mention';
import { branch, list, text, type Branch, type Node } from './synthesized-tree';

const secretKind = (namespace: string) => `Secret in ${namespace}`;

const keyKind = (namespace: string, secret: unknown) => `key of the Secret ${text(secret)} in ${namespace}`;

/** Field of a secret in Secrets Manager, a JSON object. */
const fieldKind = 'field of secrets in AWS';

export function secretMentions({ key, path, value, namespace }: Node): readonly Named[] {
  if (key === 'GenerateStringKey') return defines(fieldKind, value);
  if (key === 'SecretStringTemplate') return Object.keys(branch(value)).flatMap((name) => defines(fieldKind, name));
  if (/^rule\[\d+\]\.resourceNames\[/.test(path)) return reads(secretKind(namespace), value);
  const { kind, spec } = branch(value);
  if (kind === 'ExternalSecret') return externalSecret(namespace, branch(spec));
  if (kind === 'Certificate') return defines(secretKind(namespace), branch(spec).secretName);
  return [];
}

function externalSecret(namespace: string, { target, data, secretStoreRef }: Branch): readonly Named[] {
  const { name, template } = branch(target);
  const sources = list(data).map(branch);
  const texts = Object.keys(branch(branch(template).data));
  const keys = texts.length > 0 ? texts : sources.map(({ secretKey }) => secretKey);
  return [
    ...defines(secretKind(namespace), name),
    ...keys.flatMap((key) => defines(keyKind(namespace, name), key)),
    ...sources.flatMap(({ remoteRef }) => source(branch(secretStoreRef), branch(remoteRef))),
  ];
}

/** A store of the application's namespace is named after the namespace that it reads. */
function source({ kind, name }: Branch, { key, property }: Branch): readonly Named[] {
  if (kind !== 'SecretStore') return reads(fieldKind, property);
  const namespace = text(name).replace(/^namespace-/, '');
  return [...reads(secretKind(namespace), key), ...reads(keyKind(namespace, key), property)];
}
