import { policyDocument, serviceTrust } from '../../../constructs/aws/policy-document';
import { statementsOf } from '../../support/synthesized-construct';

test('writes a statement with its keys in a fixed order', () => {
  const text = policyDocument([
    {
      conditions: { Bool: { 'aws:SecureTransport': 'false' } },
      resources: ['*'],
      actions: ['s3:*'],
      principal: '*',
      effect: 'Deny',
      sid: 'Tls',
    },
  ]);
  expect(text).toBe(
    '{"Version":"2012-10-17","Statement":[{"Sid":"Tls","Effect":"Deny","Principal":"*","Action":["s3:*"],' +
      '"Resource":["*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}',
  );
});

test('allows unless told otherwise, and leaves out what a statement does not say', () => {
  expect(JSON.parse(policyDocument([{ sid: 'A', actions: ['a:b'] }]))).toEqual({
    Version: '2012-10-17',
    Statement: [{ Sid: 'A', Effect: 'Allow', Action: ['a:b'] }],
  });
});

test.each([
  [['A', 'A'], "the sid 'A' is there twice"],
  [['A', 'with-hyphen'], "the sid 'with-hyphen' must be letters and digits"],
  [[''], "the sid '' must be letters and digits"],
])('the sids %j are refused', (sids, message) => {
  expect(() => policyDocument(sids.map((sid) => ({ sid, actions: ['a:b'] })))).toThrow(message);
});

test('a statement about no resource is refused', () => {
  expect(() => policyDocument([{ sid: 'A', actions: ['a:b'], resources: [] }])).toThrow(
    "Policy: the statement 'A' names no resource; leave it out",
  );
});

test('a service takes a role on for resources of one account only', () => {
  expect(statementsOf(serviceTrust('vpc-flow-logs.amazonaws.com', '111122223333'))).toEqual({
    Assume: {
      Sid: 'Assume',
      Effect: 'Allow',
      Principal: { Service: 'vpc-flow-logs.amazonaws.com' },
      Action: ['sts:AssumeRole'],
      Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
    },
  });
});
