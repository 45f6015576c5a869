/** What a Certificate of cert-manager asks for, as far as this project writes it. */
import { z } from 'zod';

/** Usages by the names that cert-manager has, in openssl's terms. Source: `KeyUsage` of cert-manager's API reference. */
const keyUsages = {
  'digital signature': 'digitalSignature',
  'key encipherment': 'keyEncipherment',
  'cert sign': 'keyCertSign',
  'crl sign': 'cRLSign',
} as const;

const extendedKeyUsages = { 'server auth': 'serverAuth', 'client auth': 'clientAuth' } as const;

type Usage = keyof typeof keyUsages | keyof typeof extendedKeyUsages;

const usages = [...Object.keys(keyUsages), ...Object.keys(extendedKeyUsages)] as [Usage, ...Usage[]];

/** Hours, which is how this project writes durations. */
const hours = z.string().regex(/^\d+h$/);

const name = z.string().regex(/^[\w .*-]+$/);

export const certificateSpec = z.strictObject({
  isCA: z.boolean().default(false),
  commonName: name.optional(),
  secretName: z.string(),
  duration: hours.default('2160h'),
  renewBefore: hours.default('720h'),
  privateKey: z.strictObject({
    algorithm: z.literal('ECDSA'),
    size: z.union([z.literal(256), z.literal(384)]),
    rotationPolicy: z.enum(['Always', 'Never']),
  }),
  usages: z.array(z.enum(usages)).default(['digital signature', 'key encipherment']),
  dnsNames: z.array(name).default([]),
  ipAddresses: z.array(z.string().regex(/^[\da-f.:]+$/i)).default([]),
  issuerRef: z.strictObject({
    group: z.literal('cert-manager.io'),
    kind: z.enum(['Issuer', 'ClusterIssuer']),
    name: z.string(),
  }),
});

export type CertificateSpec = z.output<typeof certificateSpec>;

export const issuerSpec = z.union([
  z.strictObject({ selfSigned: z.strictObject({}) }),
  z.strictObject({ ca: z.strictObject({ secretName: z.string() }) }),
]);

export type IssuerSpec = z.output<typeof issuerSpec>;

export const hoursOf = (duration: string) => parseInt(duration, 10);

/** Extensions of the certificate, as openssl takes them. */
export function extensionsOf({ isCA, usages: asked, dnsNames, ipAddresses }: CertificateSpec): readonly string[] {
  const named = (table: Readonly<Record<string, string>>) => asked.flatMap((usage) => table[usage] ?? []);
  const extended = named(extendedKeyUsages);
  const alternatives = [...dnsNames.map((one) => `DNS:${one}`), ...ipAddresses.map((one) => `IP:${one}`)];
  return [
    `basicConstraints=critical,CA:${isCA ? 'TRUE' : 'FALSE'}`,
    `keyUsage=critical,${named(keyUsages).join(',')}`,
    ...(extended.length > 0 ? [`extendedKeyUsage=${extended.join(',')}`] : []),
    ...(alternatives.length > 0 ? [`subjectAltName=${alternatives.join(',')}`] : []),
  ];
}
