/** The priority of the pods of cluster services. */
import { PriorityClassV1 } from '@cdktf/provider-kubernetes/lib/priority-class-v1';
import type { Construct } from 'constructs';
import { servicePriorityClass } from './names';

/** Higher is placed first, and takes the place of lower ones; classes of Kubernetes' own begin at two billion. */
const value = 1_000_000;

/** Adds the class to a stack. @param description which pods have it */
export const addServicePriorityClass = (stack: Construct, description: string) =>
  new PriorityClassV1(stack, 'priority-class', { metadata: { name: servicePriorityClass }, value, description });
