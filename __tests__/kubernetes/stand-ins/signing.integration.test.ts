/** Certificates as openssl makes them, and as Node.js reads them. */
import { X509Certificate } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { authorityObjects } from '../../../constructs/cluster-services/platform-authority';
import { redisCertificates } from '../../../constructs/bitnami/redis-certificates';
import { certificateSpec } from '../../../kubernetes/stand-ins/certificates/certificate-spec';
import { defectOf, newKey, sign } from '../../../kubernetes/stand-ins/certificates/signing';

const specOf = (objects: readonly { readonly kind: string; readonly spec?: unknown }[]) =>
  certificateSpec.parse(objects.find(({ kind }) => kind === 'Certificate')?.spec);

const authoritySpec = specOf(authorityObjects('test'));
const serverSpec = specOf(redisCertificates(['redis-headless', 'redis']));

const make = async () => {
  const authority = await sign(authoritySpec, newKey(authoritySpec));
  return { authority, server: await sign(serverSpec, newKey(serverSpec), authority) };
};

test('the authority signs itself, and a certificate for names, addresses and usages', async () => {
  const { authority, server } = await make();
  const [root, leaf] = [new X509Certificate(authority.certificate), new X509Certificate(server.certificate)];
  expect(root.ca).toBe(true);
  expect(root.subject).toBe('CN=test platform authority');
  expect(root.verify(root.publicKey)).toBe(true);
  expect(leaf.ca).toBe(false);
  expect(leaf.verify(root.publicKey)).toBe(true);
  expect(leaf.checkHost('redis-3.redis-headless.redis.svc.cluster.local')).toBeDefined();
  expect(leaf.checkHost('other.redis.svc.cluster.local')).toBeUndefined();
  expect(leaf.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(leaf.checkIP('::1')).toBeDefined();
  // Server and client authentication, by their object identifiers.
  expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
  expect(server.authority).toBe(authority.certificate);
  const days = (Date.parse(leaf.validTo) - Date.now()) / 86_400_000;
  expect(Math.round(days)).toBe(90);
});

test('no key is left on the disk', async () => {
  const before = readdirSync(tmpdir()).filter((name) => name.startsWith('certificate-'));
  await make();
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('certificate-'))).toEqual(before);
});

test('a certificate stays until something about it is wrong', async () => {
  const { authority, server } = await make();
  const other = await make();
  expect(defectOf(serverSpec, server, authority)).toBeUndefined();
  expect(defectOf(authoritySpec, authority, undefined)).toBeUndefined();
  expect(defectOf(serverSpec, { ...server, key: other.server.key }, authority)).toBe('its key is another one');
  expect(defectOf(serverSpec, server, other.authority)).toBe('the authority is another one');
  const renewed = await sign(authoritySpec, authority.key);
  expect(defectOf(serverSpec, server, renewed)).toBe('the certificate of the authority is new');
  expect(defectOf({ ...serverSpec, renewBefore: '2161h' }, server, authority)).toBe('it ends soon');
  expect(defectOf({ ...serverSpec, dnsNames: [] }, server, authority)).toBe('it is for other names');
  const [, ...others] = serverSpec.dnsNames;
  expect(defectOf({ ...serverSpec, dnsNames: ['other', ...others] }, server, authority)).toBe("it isn't for other");
});

test('what openssl refuses is an error with its words', async () => {
  await expect(sign(serverSpec, 'no key')).rejects.toThrow(/^openssl req: .*/s);
});
