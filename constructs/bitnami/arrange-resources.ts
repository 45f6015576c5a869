/** What the pod of the job that forms the cluster requests, and the most it may take. */
export const arrangeResources = {
  requests: { cpu: '50m', memory: '64Mi' },
  limits: { cpu: '500m', memory: '128Mi' },
} as const;
