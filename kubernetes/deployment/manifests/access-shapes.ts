/** Who may do what, and which connections are let pass. */
import { metadata, selector } from './selector-shape';
import {
  as,
  block,
  blocks,
  each,
  flag,
  integer,
  integerOrText,
  ofTerraform,
  map,
  text,
  texts,
  type Shape,
} from './shape';

export const namespace: Shape = { metadata: block(metadata), wait_for_default_service_account: ofTerraform };

export const serviceAccount: Shape = {
  metadata: block(metadata),
  automount_service_account_token: flag,
  image_pull_secret: as('imagePullSecrets', blocks({ name: text })),
};

const rule: Shape = {
  ...each(['api_groups', 'resources', 'resource_names', 'verbs'], texts),
  non_resource_urls: as('nonResourceURLs', texts),
};

export const role: Shape = { metadata: block(metadata), rule: as('rules', blocks(rule)) };

export const clusterRole: Shape = {
  ...role,
  aggregation_rule: block({ cluster_role_selectors: blocks(selector) }),
};

export const binding: Shape = {
  metadata: block(metadata),
  role_ref: block(each(['api_group', 'kind', 'name'], text)),
  subject: as('subjects', blocks(each(['api_group', 'kind', 'name', 'namespace'], text))),
};

const peer: Shape = {
  ip_block: block({ cidr: text, except: texts }),
  namespace_selector: block(selector),
  pod_selector: block(selector),
};

const trafficPorts = blocks({ port: integerOrText, end_port: integer, protocol: text });

export const networkPolicy: Shape = {
  metadata: block(metadata),
  spec: block({
    pod_selector: block(selector),
    policy_types: texts,
    ingress: blocks({ from: blocks(peer), ports: trafficPorts }),
    egress: blocks({ to: blocks(peer), ports: trafficPorts }),
  }),
};

export const service: Shape = {
  metadata: block(metadata),
  spec: block({
    ...each(
      [
        'type',
        'session_affinity',
        'external_name',
        'external_traffic_policy',
        'internal_traffic_policy',
        'ip_family_policy',
        'load_balancer_class',
      ],
      text,
    ),
    cluster_ip: as('clusterIP', text),
    load_balancer_source_ranges: texts,
    publish_not_ready_addresses: flag,
    selector: map,
    port: as(
      'ports',
      blocks({
        ...each(['name', 'protocol', 'app_protocol'], text),
        ...each(['port', 'node_port'], integer),
        target_port: integerOrText,
      }),
    ),
  }),
  wait_for_load_balancer: ofTerraform,
};

export const priorityClass: Shape = {
  metadata: block(metadata),
  value: integer,
  global_default: flag,
  ...each(['description', 'preemption_policy'], text),
};
