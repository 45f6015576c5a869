/** How pods of Redis find the nodes that are theirs, and how all others are kept away. */

import { redisNodeLabel } from './names';

const { key, value } = redisNodeLabel;

/** Labels of nodes for Redis: the node selector of its pods. */
export const redisNodeLabels = { [key]: value } as const;

/** What pods of Redis have to tolerate, in the terms of Kubernetes. */
export const redisNodeToleration = { key, operator: 'Equal', value, effect: 'NoSchedule' } as const;

/** The same taint in the terms of EKS. */
export const redisNodeTaint = { key, value, effect: 'NO_SCHEDULE' } as const;
