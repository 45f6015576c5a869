import { isOfCloud } from '../../../kubernetes/deployment/target';

test.each([
  ['aws:///us-east-1a/i-0123456789abcdef0', true],
  ['gce://project/zone/node', true],
  ['kind://docker/kind/kind-worker', false],
  ['k3s://server-0', false],
  ['', false],
  [undefined, false],
])('a node whose provider is %p is of a cloud: %p', (id, expected) => {
  expect(isOfCloud(id)).toBe(expected);
});
