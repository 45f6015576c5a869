/** Policy: Terraform refuses to destroy or replace what holds data, or what data can't be reached without. */
import { Annotations, Aspects, TerraformResource, type IAspect, type TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import { except, exceptionFrom } from './exceptions';

const policy = 'what-holds-data-is-protected';

/** Types of resources that hold data, and what they hold. */
export const dataHolders: Readonly<Record<string, string>> = {
  aws_cloudformation_stack: 'passwords that are nowhere else',
  aws_db_instance: 'a database',
  aws_ebs_volume: 'a disk',
  aws_eip: 'an address that others let in',
  aws_eks_cluster: 'all that runs in the cluster',
  aws_elasticache_global_replication_group: 'a copy of Redis',
  aws_elasticache_replication_group: 'Redis',
  aws_elasticache_serverless_cache: 'Redis',
  aws_kms_key: 'the key that data is encrypted with',
  aws_rds_cluster: 'a database',
  aws_s3_bucket: 'objects',
  aws_secretsmanager_secret: 'a password',
  aws_subnet: 'the addresses of what is in it',
  aws_vpc: 'the network of everything',
  kubernetes_persistent_volume_claim_v1: 'a disk',
};

/** Whether Terraform may destroy what a part of the environment holds; the same in the settings of every part. */
export type Destruction = { readonly kind: 'prevented' } | { readonly kind: 'allowed'; readonly reason: string };

/**
 * Makes it an error of the synthesis if a stack holds data that Terraform might destroy. Where the settings allow it, a
 * warning tells so, and why, at every synthesis.
 */
export function protectWhatHoldsData(stack: TerraformStack, destruction: Destruction): void {
  if (destruction.kind === 'allowed') {
    except(stack, policy, destruction.reason);
    Annotations.of(stack).addWarning(`${stack.node.id} may be destroyed with its data: ${destruction.reason}`);
  }
  Aspects.of(stack).add(new WhatHoldsDataIsProtected());
}

class WhatHoldsDataIsProtected implements IAspect {
  visit(node: IConstruct): void {
    if (!TerraformResource.isTerraformResource(node)) return;
    const held = dataHolders[node.terraformResourceType];
    if (held === undefined || node.lifecycle?.preventDestroy === true) return;
    if (exceptionFrom(node, policy) !== undefined) return;
    Annotations.of(node).addError(
      `${policy}: ${node.terraformResourceType} holds ${held}, and Terraform may destroy it; ` +
        "set lifecycle.preventDestroy, or make an exception with a reason (the setting 'destruction' of its part)",
    );
  }
}
