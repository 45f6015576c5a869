import { parseRequest } from '../../../apps/password-rotation/request';

const step = { Step: 'setSecret', SecretId: 'arn', ClientRequestToken: 'token' };

test.each([step, { action: 'restore-passwords' }, { action: 'check-rotations' }])('%j is taken', (event) => {
  expect(parseRequest(event)).toEqual(event);
});

test('what else Secrets Manager says is left out', () => {
  expect(parseRequest({ ...step, RotationToken: 'other' })).toEqual(step);
});

test.each([
  undefined,
  null,
  'setSecret',
  [],
  {},
  { ...step, Step: 'deleteSecret' },
  { Step: 'setSecret', SecretId: 'arn' },
  { ...step, SecretId: 1 },
  { action: 'delete' },
])('%j is refused', (event) => {
  expect(() => parseRequest(event)).toThrow('expected a step of a rotation');
});
