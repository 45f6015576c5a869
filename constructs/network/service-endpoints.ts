/** Ways from inside the network to services of AWS that don't lead over the internet. */
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcEndpoint } from '@cdktf/provider-aws/lib/vpc-endpoint';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import { Construct } from 'constructs';
import type { NetworkSettings } from '../../environments/network-settings';
import type { AwsAccount } from '../aws/account';
import { policyDocument, type PolicyStatement } from '../aws/policy-document';
import { privateNodeServices, type EndpointService } from './endpoint-services';
import type { NetworkZone } from './network-zone';

export interface ServiceEndpointsProps {
  readonly account: AwsAccount;
  readonly vpcId: string;
  /** Addresses of the network. */
  readonly cidr: string;
  readonly interfaceEndpoints: NetworkSettings['interfaceEndpoints'];
  readonly zones: readonly NetworkZone[];
}

/** An endpoint for S3, which costs nothing, and interface endpoints for the services that the settings name. */
export class ServiceEndpoints extends Construct {
  readonly #props: ServiceEndpointsProps;

  constructor(scope: Construct, id: string, props: ServiceEndpointsProps) {
    super(scope, id);
    this.#props = props;
    this.#gatewayToS3();
    if (props.interfaceEndpoints.kind === 'none') return;
    const securityGroupId = this.#securityGroup();
    for (const service of [...privateNodeServices, ...props.interfaceEndpoints.also]) {
      this.#interfaceEndpoint(service, securityGroupId);
    }
  }

  /** In the private subnets only: databases have no business with S3 of their own accord. */
  #gatewayToS3(): void {
    const { account, vpcId, zones } = this.#props;
    new VpcEndpoint(this, 's3', {
      vpcId,
      serviceName: serviceName(account, 's3'),
      vpcEndpointType: 'Gateway',
      routeTableIds: zones.map(({ privateRouteTableId }) => privateRouteTableId),
      policy: policyDocument([ownIdentities(account), downloads]),
      tags: { Name: `${account.environment}-s3` },
    });
  }

  #securityGroup(): string {
    const { account, vpcId, cidr } = this.#props;
    const description = 'HTTPS from the network to endpoints of AWS services';
    const { id } = new SecurityGroup(this, 'security-group', {
      vpcId,
      name: `${account.environment}-endpoints`,
      description,
      tags: { Name: `${account.environment}-endpoints` },
    });
    new VpcSecurityGroupIngressRule(this, 'https', {
      securityGroupId: id,
      description,
      cidrIpv4: cidr,
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
    });
    return id;
  }

  #interfaceEndpoint(service: EndpointService, securityGroupId: string): void {
    const { account, vpcId, zones } = this.#props;
    new VpcEndpoint(this, service, {
      vpcId,
      serviceName: serviceName(account, service),
      vpcEndpointType: 'Interface',
      privateDnsEnabled: true,
      subnetIds: zones.map(({ subnetIds }) => subnetIds.private),
      securityGroupIds: [securityGroupId],
      policy: policyDocument([ownIdentities(account), ...(service === 'sts' ? [webIdentities] : [])]),
      tags: { Name: `${account.environment}-${service}` },
    });
  }
}

function serviceName({ region }: AwsAccount, service: string): string {
  return `com.amazonaws.${region}.${service}`;
}

/** Nobody carries data out with the credentials of an account of theirs. */
function ownIdentities({ accountId }: AwsAccount): PolicyStatement {
  return {
    sid: 'OwnIdentities',
    principal: '*',
    actions: ['*'],
    resources: ['*'],
    conditions: { StringEquals: { 'aws:PrincipalAccount': accountId } },
  };
}

/** Layers of images and packages, which their owners sign the request for, or which anybody may read. */
const downloads: PolicyStatement = {
  sid: 'Downloads',
  principal: '*',
  actions: ['s3:GetObject'],
  resources: ['*'],
};

/** A pod that takes on a role by the token of its service account has no identity in AWS yet. */
const webIdentities: PolicyStatement = {
  sid: 'WebIdentities',
  principal: '*',
  actions: ['sts:AssumeRoleWithWebIdentity'],
  resources: ['*'],
};
