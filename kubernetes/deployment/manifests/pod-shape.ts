/** Pods: containers, volumes, placement. */
import { selector } from './selector-shape';
import { as, block, blocks, each, flag, integer, integerOrText, map, octal, text, texts, type Shape } from './shape';

const keyOf: Shape = { ...each(['name', 'key'], text), optional: flag };

const valueFrom: Shape = {
  field_ref: block({ api_version: text, field_path: text }),
  resource_field_ref: block({ ...each(['container_name', 'resource', 'divisor'], text) }),
  secret_key_ref: block(keyOf),
  config_map_key_ref: block(keyOf),
};

const envSource: Shape = { name: text, optional: flag };

const action: Shape = {
  exec: block({ command: texts }),
  http_get: block({
    ...each(['host', 'path', 'scheme'], text),
    port: integerOrText,
    http_header: as('httpHeaders', blocks(each(['name', 'value'], text))),
  }),
  tcp_socket: block({ port: integerOrText }),
};

const probe: Shape = {
  ...action,
  grpc: block({ port: integer, service: text }),
  ...each(
    ['initial_delay_seconds', 'period_seconds', 'timeout_seconds', 'failure_threshold', 'success_threshold'],
    integer,
  ),
};

const seccompProfile = block(each(['type', 'localhost_profile'], text));

const containerSecurity: Shape = {
  ...each(['run_as_user', 'run_as_group'], integer),
  ...each(['run_as_non_root', 'read_only_root_filesystem', 'allow_privilege_escalation', 'privileged'], flag),
  capabilities: block({ add: texts, drop: texts }),
  seccomp_profile: seccompProfile,
};

export const resources: Shape = { requests: map, limits: map };

export const container: Shape = {
  ...each(
    ['name', 'image', 'image_pull_policy', 'working_dir', 'termination_message_path', 'termination_message_policy'],
    text,
  ),
  ...each(['command', 'args'], texts),
  ...each(['stdin', 'stdin_once', 'tty'], flag),
  env: blocks({ ...each(['name', 'value'], text), value_from: block(valueFrom) }),
  env_from: blocks({ prefix: text, config_map_ref: block(envSource), secret_ref: block(envSource) }),
  port: as(
    'ports',
    blocks({ ...each(['name', 'protocol', 'host_ip'], text), ...each(['container_port', 'host_port'], integer) }),
  ),
  resources: block(resources),
  security_context: block(containerSecurity),
  startup_probe: block(probe),
  readiness_probe: block(probe),
  liveness_probe: block(probe),
  lifecycle: block({ pre_stop: block(action), post_start: block(action) }),
  volume_mount: as(
    'volumeMounts',
    blocks({
      ...each(['name', 'mount_path', 'sub_path', 'sub_path_expr', 'mount_propagation'], text),
      read_only: flag,
    }),
  ),
};

const items = blocks({ ...each(['key', 'path'], text), mode: octal });

const downwardItems = blocks({
  path: text,
  mode: octal,
  field_ref: valueFrom.field_ref ?? text,
  resource_field_ref: valueFrom.resource_field_ref ?? text,
});

const projectedSource: Shape = {
  secret: block({ name: text, items, optional: flag }),
  config_map: block({ name: text, items, optional: flag }),
  downward_api: block({ items: downwardItems }),
  service_account_token: block({ ...each(['audience', 'path'], text), expiration_seconds: integer }),
};

const volume: Shape = {
  name: text,
  config_map: block({ name: text, default_mode: octal, items, optional: flag }),
  secret: block({ secret_name: text, default_mode: octal, items, optional: flag }),
  empty_dir: block(each(['medium', 'size_limit'], text)),
  persistent_volume_claim: block({ claim_name: text, read_only: flag }),
  // Each block of sources may name several; the API has a list of one each.
  projected: block({ default_mode: octal, sources: blocks(projectedSource) }),
  downward_api: block({ default_mode: octal, items: downwardItems }),
};

const podSecurity: Shape = {
  ...each(['run_as_user', 'run_as_group', 'fs_group'], integer),
  run_as_non_root: flag,
  fs_group_change_policy: text,
  seccomp_profile: seccompProfile,
  sysctl: as('sysctls', blocks(each(['name', 'value'], text))),
};

const terms = (key: string): Shape => ({
  [key]: blocks({ ...each(['key', 'operator'], text), values: texts }),
});
const nodeTerm: Shape = { ...terms('match_expressions'), ...terms('match_fields') };

const podTerm: Shape = {
  label_selector: block(selector),
  namespace_selector: block(selector),
  namespaces: texts,
  topology_key: text,
};

const preference = { weight: integer, pod_affinity_term: block(podTerm) };

const podAffinity: Shape = {
  required_during_scheduling_ignored_during_execution: blocks(podTerm),
  preferred_during_scheduling_ignored_during_execution: blocks(preference),
};

const affinity: Shape = {
  node_affinity: block({
    required_during_scheduling_ignored_during_execution: block({
      node_selector_term: as('nodeSelectorTerms', blocks(nodeTerm)),
    }),
    preferred_during_scheduling_ignored_during_execution: blocks({ weight: integer, preference: block(nodeTerm) }),
  }),
  pod_affinity: block(podAffinity),
  pod_anti_affinity: block(podAffinity),
};

const spread: Shape = {
  ...each(['topology_key', 'when_unsatisfiable', 'node_affinity_policy', 'node_taints_policy'], text),
  ...each(['max_skew', 'min_domains'], integer),
  match_label_keys: texts,
  label_selector: block(selector),
};

export const pod: Shape = {
  ...each(
    ['service_account_name', 'restart_policy', 'dns_policy', 'priority_class_name', 'runtime_class_name', 'hostname'],
    text,
  ),
  ...each(['scheduler_name', 'subdomain', 'node_name'], text),
  ...each(['automount_service_account_token', 'enable_service_links', 'host_network', 'share_process_namespace'], flag),
  ...each(['termination_grace_period_seconds', 'active_deadline_seconds'], integer),
  node_selector: map,
  security_context: block(podSecurity),
  affinity: block(affinity),
  toleration: as(
    'tolerations',
    blocks({ ...each(['key', 'operator', 'value', 'effect'], text), toleration_seconds: integer }),
  ),
  topology_spread_constraint: as('topologySpreadConstraints', blocks(spread)),
  host_aliases: blocks({ ip: text, hostnames: texts }),
  image_pull_secrets: blocks({ name: text }),
  init_container: as('initContainers', blocks(container)),
  container: as('containers', blocks(container)),
  volume: as('volumes', blocks(volume)),
};
