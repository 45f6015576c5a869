/**
 * Policy: pods can't call the API of Kubernetes unless that is what they are for. Source: `default-service-account` and
 * `access-to-secrets` of kube-linter, `CKV_K8S_38` of Checkov. What has to, is an exception that says so.
 */
import type { WorkloadPolicy } from './workload';

export const podsHaveNoTokenTheyDoNotNeed: WorkloadPolicy = {
  explanation: 'Whoever gets into a pod has its token, and may do what its service account may',
  problems: ({ pod: { automount_service_account_token: token, service_account_name: account } }) => [
    ...(token === false ? [] : ['has a token for the API of Kubernetes; set automount_service_account_token to false']),
    ...(account === undefined || account === 'default'
      ? ['shares the service account of its namespace; give it one of its own by service_account_name']
      : []),
  ],
};
