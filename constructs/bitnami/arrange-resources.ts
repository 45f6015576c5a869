/** What the pod of the job that forms the cluster requests, and the most it may take. */
import { ephemeralStorage } from '../cluster-services/pods';

const disk = ephemeralStorage();

export const arrangeResources = {
  requests: { cpu: '50m', memory: '64Mi', ...disk.requests },
  limits: { cpu: '500m', memory: '128Mi', ...disk.limits },
} as const;
