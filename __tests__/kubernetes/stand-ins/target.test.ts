import { customObject, externalSecretSpec } from '../../../kubernetes/stand-ins/secrets/objects';
import { bodyOf, isValid } from '../../../kubernetes/stand-ins/secrets/target';

const object = customObject.parse({
  apiVersion: 'external-secrets.io/v1',
  kind: 'ExternalSecret',
  metadata: { name: 'redis-app-1', namespace: 'passwords', uid: 'uid-1', resourceVersion: '1' },
  spec: {},
});
const specWith = (target: Readonly<Record<string, unknown>>) => externalSecretSpec.parse({ target });
const generated = specWith({ creationPolicy: 'Orphan', immutable: true });

test('a Secret is owned by the object that had it made', () => {
  expect(bodyOf(object, specWith({}), { password: 'a' })).toMatchObject({
    type: 'Opaque',
    metadata: { name: 'redis-app-1', namespace: 'passwords', ownerReferences: [{ uid: 'uid-1', controller: true }] },
    data: { password: 'YQ==' },
  });
});

test('a generated password outlives the object that had it made, and never changes', () => {
  const body = bodyOf(object, generated, { password: 'a' });
  expect(body).toMatchObject({ immutable: true, data: { password: 'YQ==' } });
  expect(body?.metadata).not.toHaveProperty('ownerReferences');
  const existing = { ...body, metadata: { ...body?.metadata, uid: 'uid-2', resourceVersion: '2' } };
  expect(bodyOf(object, generated, { password: 'b' }, existing)).toBeUndefined();
});

test('a Secret that somebody else made is left alone', () => {
  const other = { metadata: { name: 'redis-app-1', uid: 'uid-3', resourceVersion: '3' }, data: {} };
  expect(() => bodyOf(object, specWith({}), {}, other)).toThrow('the Secret redis-app-1 is not of this ExternalSecret');
});

test('a Secret that was deleted is made again only where the object owns it', () => {
  expect(isValid(undefined, specWith({}))).toBe(false);
  expect(isValid(undefined, generated)).toBe(true);
});
