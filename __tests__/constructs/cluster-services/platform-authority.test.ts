import { authorityObjects } from '../../../constructs/cluster-services/platform-authority';

const [selfSigned, authority, issuer] = authorityObjects('test');

test('the authority signs itself, once', () => {
  expect(selfSigned).toMatchObject({ kind: 'Issuer', spec: { selfSigned: {} } });
  expect(authority?.spec).toMatchObject({
    isCA: true,
    commonName: 'test platform authority',
    issuerRef: { kind: 'Issuer', name: selfSigned?.metadata.name },
  });
});

test('its key stays the same, so that renewing it breaks no trust', () => {
  expect(authority?.spec?.privateKey).toEqual({ algorithm: 'ECDSA', size: 384, rotationPolicy: 'Never' });
});

test('it is renewed a year before its end', () => {
  expect(authority?.spec).toMatchObject({ duration: '87600h', renewBefore: '8760h' });
});

test('everything else is signed by the authority, from every namespace', () => {
  expect(issuer).toEqual({
    apiVersion: 'cert-manager.io/v1',
    kind: 'ClusterIssuer',
    metadata: { name: 'platform' },
    spec: { ca: { secretName: authority?.spec?.secretName } },
  });
});

test('there is no key in what is deployed', () => {
  expect(JSON.stringify(authorityObjects('test'))).not.toMatch(/PRIVATE|tls\.key|"data"/);
});
