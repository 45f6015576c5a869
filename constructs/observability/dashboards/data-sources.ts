/** Data sources by their uid, which the installation of Grafana gives them. */
export const dataSources = {
  prometheus: { type: 'prometheus', uid: 'prometheus' },
  cloudwatch: { type: 'cloudwatch', uid: 'cloudwatch' },
} as const;
