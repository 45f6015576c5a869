import { applicationStackWith, sentinelRedis } from '../support/application-stack';

test('the stack on ElastiCache', () => {
  expect(applicationStackWith()).toMatchSnapshot();
});

test('the stack on pods behind Sentinels', () => {
  expect(applicationStackWith({ redis: sentinelRedis })).toMatchSnapshot();
});
