/** The local platform: Redis Cluster and Postgres as processes on this machine. */
import type { Construct } from 'constructs';
import { TerraformOutput, TerraformStack } from 'cdktf';
import type { DatabaseEndpoint } from '../constructs/database/endpoint';
import { LocalDatabase } from '../constructs/local/local-database';
import { LocalFoundation } from '../constructs/local/local-foundation';
import { LocalRedisCluster } from '../constructs/local/local-redis-cluster';
import { useLocalState } from '../constructs/local/local-state';
import type { LocalObservation } from '../constructs/local/observation';
import type { RedisClusterEndpoint } from '../constructs/redis/endpoint';
import type { LocalEnvironment } from '../environments/local-environment';

export interface LocalRedisStackProps {
  readonly environment: LocalEnvironment;
  /** What runs already. */
  readonly observation: LocalObservation;
}

export class LocalRedisStack extends TerraformStack {
  readonly redis: RedisClusterEndpoint;
  readonly database: DatabaseEndpoint;

  constructor(scope: Construct, id: string, { environment, observation }: LocalRedisStackProps) {
    super(scope, id);
    useLocalState(this);
    const { components: dependsOn } = new LocalFoundation(this, 'foundation', { environment, observation });
    this.redis = new LocalRedisCluster(this, 'redis', { environment, observation, dependsOn }).endpoint;
    this.database = new LocalDatabase(this, 'database', { environment, observation, dependsOn }).endpoint;
    new TerraformOutput(this, 'redis_addresses', {
      value: this.redis.seeds.map(({ host, port }) => `${host}:${port}`),
      description: 'Nodes of the Redis Cluster; TLS with the authority .local/certificates/ca.crt',
    });
  }
}
