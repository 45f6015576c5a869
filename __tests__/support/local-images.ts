/** Images of this machine, as `kubernetes/images/build.sh --monitoring --cluster-services` names them. */
import type { LocalImages } from '../../kubernetes/stand-ins/images';

export const localImages = {
  application: 'here/application:1',
  redis: 'here/redis:8',
  exporter: 'here/exporter:1',
  postgres: 'here/postgres:17',
  prometheus: 'here/prometheus:2',
  alertmanager: 'here/alertmanager:0',
  traefik: 'here/traefik:3',
  'keda-operator': 'here/keda-operator:2',
  'keda-metrics': 'here/keda-metrics:2',
  'keda-webhooks': 'here/keda-webhooks:2',
} satisfies LocalImages;
