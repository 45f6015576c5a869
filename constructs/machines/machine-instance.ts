/** One machine: an address and a volume that stay, and an instance that can be replaced. */
import { EbsVolume } from '@cdktf/provider-aws/lib/ebs-volume';
import { Instance } from '@cdktf/provider-aws/lib/instance';
import { LaunchTemplate } from '@cdktf/provider-aws/lib/launch-template';
import { NetworkInterface } from '@cdktf/provider-aws/lib/network-interface';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import { VolumeAttachment } from '@cdktf/provider-aws/lib/volume-attachment';
import { DataResource, Fn, TerraformLocal, Token, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { MachinesSettings } from '../../environments/machines-settings';
import type { AwsAccount } from '../aws/account';
import { throwViolations } from '../validation/violations';
import { machinesName } from './ec2-platform';
import { machineFiles } from './machine-files';
import type { Machine, MachinePlatform } from './platform';
import { machineUserData, userDataViolations } from './user-data';

export interface MachineInstanceProps {
  readonly account: AwsAccount;
  readonly settings: MachinesSettings;
  readonly platform: MachinePlatform;
  readonly machine: Machine;
  readonly zone: string;
  readonly subnetId: string;
  /** Id of the private zone of the machines' names. */
  readonly hostedZoneId: string;
  readonly imageId: string;
  readonly securityGroupId: string;
  readonly profileName: string;
  readonly keyArn: string;
  /** A higher number replaces the instance. */
  readonly generation: number;
  /** What the first start needs: secrets, permissions, a way out, the names of all machines. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/** Tag by which volumes are found that are to have snapshots. */
export const snapshotTag = 'redis-platform-volume';

/** Gibibytes for the operating system, packages and the journal. */
const rootGibibytes = 16;

/** Seconds that a resolver may keep the address, which never changes. */
const nameTtlSeconds = 300;

/**
 * Nothing but a higher generation replaces an instance: not another template, image or size. A change of settings would
 * otherwise replace all machines at the same time, and with them every copy that is up.
 */
export class MachineInstance extends Construct {
  readonly instanceId: string;
  readonly record: Route53Record;

  /** @throws ViolationsError if its files are too large for EC2 */
  constructor(scope: Construct, id: string, props: MachineInstanceProps) {
    super(scope, id);
    const { machine, dependsOn } = props;
    const address = this.#address(props);
    this.record = new Route53Record(this, 'name', {
      zoneId: props.hostedZoneId,
      name: machine.host,
      type: 'A',
      ttl: nameTtlSeconds,
      records: [address.privateIp],
    });
    const volume = this.#volume(props);
    const template = this.#template(props, address);
    const generation = new DataResource(this, 'generation', { input: { generation: props.generation } });
    const instance = new Instance(this, 'instance', {
      launchTemplate: { id: template.id, version: Token.asString(template.latestVersion) },
      dependsOn: [...dependsOn, this.record],
      lifecycle: { ignoreChanges: ['launch_template'], replaceTriggeredBy: [addressOf(generation)] },
    });
    this.instanceId = instance.id;
    new VolumeAttachment(this, 'attachment', {
      deviceName: '/dev/sdf',
      instanceId: instance.id,
      volumeId: volume.id,
      // The instance hands over and ends its servers before their disk is taken away.
      stopInstanceBeforeDetaching: true,
    });
  }

  /** In EC2 an address belongs to an interface, which outlives the instances it is attached to. */
  #address({ account, machine, subnetId, securityGroupId, settings }: MachineInstanceProps): NetworkInterface {
    return new NetworkInterface(this, 'address', {
      subnetId,
      securityGroups: [securityGroupId],
      description: `${machinesName(account)}: ${machine.name}`,
      tags: { Name: `${account.environment}-${machine.name}` },
      lifecycle: { preventDestroy: settings.destruction.kind === 'prevented' },
    });
  }

  #volume({ account, machine, zone, settings, keyArn }: MachineInstanceProps): EbsVolume {
    const { gibibytes, iops, throughputMebibytes } = settings.dataVolume;
    return new EbsVolume(this, 'volume', {
      availabilityZone: zone,
      type: 'gp3',
      size: gibibytes,
      iops,
      throughput: throughputMebibytes,
      encrypted: true,
      kmsKeyId: keyArn,
      finalSnapshot: true,
      tags: { Name: `${account.environment}-${machine.name}-data`, [snapshotTag]: machinesName(account) },
      lifecycle: { preventDestroy: settings.destruction.kind === 'prevented' },
    });
  }

  #template(props: MachineInstanceProps, address: NetworkInterface): LaunchTemplate {
    const { account, machine, platform, settings } = props;
    const userData = machineUserData(machineFiles(platform, machine));
    throwViolations(this.node.path, userDataViolations(userData));
    const tags = { ...account.tags, environment: account.environment, Name: `${account.environment}-${machine.name}` };
    return new LaunchTemplate(this, 'template', {
      name: `${account.environment}-${machine.name}`,
      description: `Redis and Sentinel: ${machine.host}`,
      updateDefaultVersion: true,
      imageId: props.imageId,
      instanceType: settings.instanceType,
      userData: Fn.base64gzip(new TerraformLocal(this, 'user-data', literally(userData)).asString),
      iamInstanceProfile: { name: props.profileName },
      ebsOptimized: 'true',
      monitoring: { enabled: true },
      // If the hardware fails, EC2 starts the same instance on other hardware, with address and volumes.
      maintenanceOptions: { autoRecovery: 'default' },
      instanceInitiatedShutdownBehavior: 'stop',
      // Session tokens only, and no further than the machine itself.
      metadataOptions: {
        httpEndpoint: 'enabled',
        httpTokens: 'required',
        httpPutResponseHopLimit: 1,
        instanceMetadataTags: 'disabled',
      },
      // An interface that is there already, in a private subnet; no key for SSH is named anywhere.
      networkInterfaces: [{ deviceIndex: 0, networkInterfaceId: address.id, deleteOnTermination: 'false' }],
      blockDeviceMappings: [
        {
          deviceName: '/dev/sda1',
          ebs: {
            encrypted: 'true',
            kmsKeyId: props.keyArn,
            volumeType: 'gp3',
            volumeSize: rootGibibytes,
            deleteOnTermination: 'true',
          },
        },
      ],
      tagSpecifications: ['instance', 'volume'].map((resourceType) => ({ resourceType, tags })),
    });
  }
}

/** What Terraform calls a resource: here it takes no expression, as a reference otherwise is. */
const addressOf = ({ terraformResourceType, friendlyUniqueId }: DataResource) =>
  `${terraformResourceType}.${friendlyUniqueId}`;

/** Text in which Terraform finds nothing to replace. Source: "Strings and Templates" of the Terraform language. */
const literally = (text: string) => text.replaceAll(/[$%](?=\{)/g, '$&$&');
