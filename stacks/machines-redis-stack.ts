/** Redis with Sentinel on instances of EC2: key, secrets, names, access, permissions, machines, snapshots, alarms. */
import { DataAwsSsmParameter } from '@cdktf/provider-aws/lib/data-aws-ssm-parameter';
import { Route53Zone } from '@cdktf/provider-aws/lib/route53-zone';
import { TerraformOutput, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { AwsAccount } from '../constructs/aws/account';
import { useAws, useAwsState } from '../constructs/aws/aws-state';
import { EncryptionKey } from '../constructs/aws/encryption-key';
import { ec2Platform, machineIn } from '../constructs/machines/ec2-platform';
import { isGraviton } from '../constructs/machines/instance-types';
import { MachineAccess } from '../constructs/machines/machine-access';
import { MachineAlarms } from '../constructs/observability/alarms/machine-alarms';
import { MachineInstance } from '../constructs/machines/machine-instance';
import { MachineRole } from '../constructs/machines/machine-role';
import { MachineSecrets } from '../constructs/machines/machine-secrets';
import { sentinelAddress } from '../constructs/machines/platform';
import { VolumeSnapshots } from '../constructs/machines/volume-snapshots';
import type { NetworkValue } from '../constructs/network/network';
import type { RedisSentinelEndpoint, SecretsManagerPassword } from '../constructs/redis/endpoint';
import { failoverMilliseconds } from '../constructs/redis/sentinel';
import { throwViolations } from '../constructs/validation/violations';
import { machinesViolations, type MachinesSettings } from '../environments/machines-settings';

export interface MachinesRedisStackProps {
  readonly account: AwsAccount;
  readonly settings: MachinesSettings;
  /** Mebibytes of data expected at most. */
  readonly datasetMebibytes: number;
  readonly network: NetworkValue;
  /** Ids of the security groups that may connect, by a name of each: `nodes`, say. */
  readonly clients: Readonly<Record<string, string>>;
  /** SNS topic for alarms and events. */
  readonly topicArn: string;
}

/** What programs and their permissions need to know of Redis. */
export interface MachinesRedisValue {
  readonly endpoint: RedisSentinelEndpoint<SecretsManagerPassword>;
  /** Names of the machines, as their metrics have them. */
  readonly nodes: readonly string[];
  /** ARN of the key that data and secrets are encrypted with: who reads a password decrypts with it. */
  readonly keyArn: string;
  readonly securityGroupId: string;
}

/** @throws ViolationsError if settings contradict each other, the network or the dataset */
export class MachinesRedisStack extends TerraformStack {
  readonly redis: MachinesRedisValue;

  constructor(scope: Construct, id: string, props: MachinesRedisStackProps) {
    super(scope, id);
    const { account, settings, network, datasetMebibytes } = props;
    const zones = network.zones.map(({ zone }) => zone);
    throwViolations(this.node.path, machinesViolations(settings, { zones, datasetMebibytes }));
    useAwsState(this, account);
    useAws(this, account);
    const preventDestroy = settings.destruction.kind === 'prevented';
    const { arn: keyArn } = new EncryptionKey(this, 'key', {
      account,
      name: 'redis',
      description: `Redis of ${account.environment}: volumes, snapshots, passwords`,
      preventDestroy,
    });
    const secrets = new MachineSecrets(this, 'secrets', {
      account,
      generations: settings.passwordGenerations,
      keyArn,
      topicArn: props.topicArn,
      preventDestroy,
    });
    const access = new MachineAccess(this, 'access', { account, vpcId: network.vpcId, clients: props.clients });
    const platform = ec2Platform(account, settings);
    this.#addMachines(props, { keyArn, access, secrets });
    new VolumeSnapshots(this, 'snapshots', { account, count: settings.dataVolume.snapshots });
    this.redis = {
      endpoint: {
        topology: 'sentinel',
        clusterName: platform.clusterName,
        sentinels: platform.machines.map(sentinelAddress),
        masterName: platform.failover.masterName,
        caCertificate: secrets.caCertificate,
        credentials: secrets.credentials,
        failoverMilliseconds: failoverMilliseconds(platform.failover),
      },
      nodes: platform.machines.map(({ name }) => `${platform.clusterName}-${name}`),
      keyArn,
      securityGroupId: access.securityGroupId,
    };
    new TerraformOutput(this, 'sentinels', {
      value: platform.machines.map(({ host, sentinelPort }) => `${host}:${sentinelPort}`),
      description: 'Where the Sentinels are; TLS only',
    });
  }

  #addMachines(
    { account, settings, network, topicArn }: MachinesRedisStackProps,
    { keyArn, access, secrets }: { keyArn: string; access: MachineAccess; secrets: MachineSecrets },
  ): void {
    const platform = ec2Platform(account, settings);
    const role = new MachineRole(this, 'role', { account, keyArn });
    const hostedZone = new Route53Zone(this, 'zone', {
      name: settings.privateZone,
      comment: `Machines of Redis of ${account.environment}`,
      vpc: [{ vpcId: network.vpcId }],
    });
    const imageId = this.#image(settings);
    for (const { zone, generation } of settings.machines) {
      const subnets = network.zones.find((candidate) => candidate.zone === zone);
      const machine = machineIn(zone, account, settings.privateZone);
      const instance = new MachineInstance(this, zone, {
        account,
        settings,
        platform,
        machine,
        zone,
        subnetId: subnets?.privateSubnetId ?? '',
        hostedZoneId: hostedZone.zoneId,
        imageId,
        securityGroupId: access.securityGroupId,
        profileName: role.profileName,
        keyArn,
        generation,
        dependsOn: [...secrets.authority, ...access.rules, ...role.permissions],
      });
      new MachineAlarms(instance, 'alarms', {
        account,
        node: `${platform.clusterName}-${machine.name}`,
        instanceId: instance.instanceId,
        topicArn,
      });
    }
  }

  /** Source: "Find Ubuntu images with SSM" of Canonical's documentation. */
  #image({ image, instanceType }: MachinesSettings): string {
    if (image.kind === 'ami') return image.id;
    const architecture = isGraviton(instanceType) ? 'arm64' : 'amd64';
    return new DataAwsSsmParameter(this, 'image', {
      name: `/aws/service/canonical/ubuntu/server/24.04/stable/current/${architecture}/hvm/ebs-gp3/ami-id`,
    }).insecureValue;
  }
}
