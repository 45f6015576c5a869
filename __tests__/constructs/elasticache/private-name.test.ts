import { PrivateName } from '../../../constructs/elasticache/private-name';
import { resourceOf, resourcesOf, synthesizeConstruct, testAccount } from '../../support/synthesized-construct';

test('a name in a zone that the network alone knows leads to the target', () => {
  let name = '';
  const configuration = synthesizeConstruct((scope) => {
    ({ name } = new PrivateName(scope, 'name', {
      account: testAccount,
      vpcId: 'vpc-1',
      zone: 'test.example.internal',
      target: 'clustercfg.test-redis.amazonaws.com',
    }));
  });
  const [zone] = Object.keys(resourcesOf(configuration, 'aws_route53_zone'));
  expect(name).toBe('redis.test.example.internal');
  expect(resourceOf(configuration, 'aws_route53_zone')).toMatchObject({
    name: 'test.example.internal',
    vpc: [{ vpc_id: 'vpc-1' }],
  });
  expect(resourceOf(configuration, 'aws_route53_record')).toMatchObject({
    zone_id: `\${aws_route53_zone.${zone}.zone_id}`,
    name,
    type: 'CNAME',
    ttl: 60,
    records: ['clustercfg.test-redis.amazonaws.com'],
  });
});
