/** Certificates of a cluster without cert-manager: made and renewed by whoever deploys. */
import type { Kubectl, LiveObject } from '../../deployment/kubectl';
import { namespaces } from '../../../constructs/cluster-services/names';
import { certificateSpec, issuerSpec, type CertificateSpec, type IssuerSpec } from './certificate-spec';
import { defectOf, newKey, sign, type KeyPair } from './signing';

const apiVersion = 'cert-manager.io/v1';

export interface IssuingProps {
  readonly kubectl: Kubectl;
  /** Of the Certificate. */
  readonly namespace: string;
  readonly name: string;
  /** Whether a certificate that is good is replaced as well. An authority isn't. @default false */
  readonly renew?: boolean;
}

/**
 * Makes the Secret of a Certificate, or leaves it if it is as it should be, and writes the condition `Ready`.
 *
 * @returns what was done, for people
 * @throws Error if the issuer isn't there, or asks for what this stand-in doesn't know
 */
export async function issueCertificate({ kubectl, namespace, name, renew = false }: IssuingProps): Promise<string> {
  const object = await kubectl.get({ apiVersion, kind: 'Certificate', namespace, name });
  const spec = certificateSpec.parse(object.spec);
  const signer = await signerOf(kubectl, spec, namespace);
  const existing = await keyPairIn(kubectl, namespace, spec.secretName);
  const defect = existing ? defectOf(spec, existing, signer) : 'there is none';
  if (defect === undefined && existing && (!renew || spec.isCA)) return `certificate ${namespace}/${name}: stays`;
  const key = existing && spec.privateKey.rotationPolicy === 'Never' ? existing.key : newKey(spec);
  await writeSecret(kubectl, object, spec, await sign(spec, key, signer));
  await writeReady(kubectl, object);
  return `certificate ${namespace}/${name}: issued, as ${defect ?? 'it is renewed'}`;
}

/** Who signs; undefined if the certificate signs itself. */
async function signerOf(kubectl: Kubectl, spec: CertificateSpec, namespace: string): Promise<KeyPair | undefined> {
  const { kind, name } = spec.issuerRef;
  const inNamespace = kind === 'Issuer' ? { namespace } : {};
  const issuer: IssuerSpec = issuerSpec.parse((await kubectl.get({ apiVersion, kind, name, ...inNamespace })).spec);
  if ('selfSigned' in issuer) return undefined;
  // Source: "CA" among the configurations of cert-manager: a ClusterIssuer reads in the namespace of cert-manager.
  const place = kind === 'Issuer' ? namespace : namespaces.certManager;
  const pair = await keyPairIn(kubectl, place, issuer.ca.secretName);
  if (!pair) throw new Error(`${kind} ${name}: there is no Secret ${place}/${issuer.ca.secretName} with its authority`);
  return pair;
}

async function keyPairIn(kubectl: Kubectl, namespace: string, name: string): Promise<KeyPair | undefined> {
  const secret = await kubectl.find({ apiVersion: 'v1', kind: 'Secret', namespace, name });
  if (!secret) return undefined;
  const data = secret.data as Readonly<Record<string, string>> | undefined;
  const value = (key: string) => Buffer.from(data?.[key] ?? '', 'base64').toString('utf8');
  return { certificate: value('tls.crt'), key: value('tls.key'), authority: value('ca.crt') };
}

/** Source: "Certificate resource" of cert-manager's documentation: type, keys and annotations. */
async function writeSecret(kubectl: Kubectl, object: LiveObject, spec: CertificateSpec, pair: KeyPair): Promise<void> {
  const { namespace, name } = object.metadata;
  const encode = (text: string) => Buffer.from(text).toString('base64');
  await kubectl.apply([
    {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/tls',
      metadata: {
        name: spec.secretName,
        ...(namespace !== undefined && { namespace }),
        annotations: {
          'cert-manager.io/certificate-name': name,
          'cert-manager.io/issuer-kind': spec.issuerRef.kind,
          'cert-manager.io/issuer-name': spec.issuerRef.name,
        },
      },
      data: {
        'ca.crt': encode(pair.authority),
        'tls.crt': encode(pair.certificate),
        'tls.key': encode(pair.key),
      },
    },
  ]);
}

async function writeReady(kubectl: Kubectl, object: LiveObject): Promise<void> {
  const condition = {
    type: 'Ready',
    status: 'True',
    reason: 'Ready',
    message: 'Certificate is up to date and has not expired',
    lastTransitionTime: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
  };
  await kubectl.replaceStatus({ ...object, status: { ...object.status, conditions: [condition] } }, 'certificates');
}

/** Issues every Certificate of the cluster again, with new keys. @returns a line for each */
export async function renewCertificates(kubectl: Kubectl): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const { metadata } of await kubectl.list('certificates.cert-manager.io')) {
    const { name, namespace = '' } = metadata;
    lines.push(await issueCertificate({ kubectl, namespace, name, renew: true }));
  }
  return lines;
}
