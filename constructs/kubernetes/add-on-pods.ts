/** Labels of pods of EKS' add-ons, in `kube-system`. */

/** Namespace of all add-ons. */
export const addOnNamespace = 'kube-system';

/** Source: "Customizing DNS Service" of the Kubernetes documentation. */
export const dnsPods = { 'k8s-app': 'kube-dns' } as const;

/** Source: manifests of metrics-server. */
export const metricsServerPods = { 'app.kubernetes.io/name': 'metrics-server' } as const;

/** Controller of volumes; what runs on each node has the node's network. Source: chart of the EBS CSI driver. */
export const volumeDriverPods = { app: 'ebs-csi-controller' } as const;
