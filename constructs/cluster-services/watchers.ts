/** How other namespaces let in what watches the cluster. */
import { namespaces } from './names';
import type { Labels } from './pods';
import type { TrafficRule } from './traffic';

/** Labels of the pods of Prometheus, which its operator gives them. */
export const prometheusPods: Labels = { 'app.kubernetes.io/name': 'prometheus' };

/** The rule of a namespace that lets Prometheus ask its pods. */
export const fromPrometheus = (name: string, pods: Labels, port: number): TrafficRule => ({
  name,
  pods,
  direction: 'ingress',
  peers: [{ namespace: namespaces.observability, pods: prometheusPods }],
  ports: [{ port }],
});
