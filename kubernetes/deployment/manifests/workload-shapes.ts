/** What runs pods, how many of them there are, and how many may be away. */
import { pod } from './pod-shape';
import { claimSpec } from './storage-shapes';
import { metadata, selector } from './selector-shape';
import { as, block, blocks, each, flag, integer, integerOrText, ofTerraform, text, type Shape } from './shape';

const template = block({ metadata: block(metadata), spec: block(pod) });

const selected: Shape = { selector: block(selector), template };

export const deployment: Shape = {
  metadata: block(metadata),
  spec: block({
    ...selected,
    ...each(['replicas', 'min_ready_seconds', 'revision_history_limit', 'progress_deadline_seconds'], integer),
    paused: flag,
    strategy: block({
      type: text,
      rolling_update: block(each(['max_surge', 'max_unavailable'], integerOrText)),
    }),
  }),
  wait_for_rollout: ofTerraform,
};

export const statefulSet: Shape = {
  metadata: block(metadata),
  spec: block({
    ...selected,
    ...each(['replicas', 'min_ready_seconds', 'revision_history_limit'], integer),
    ...each(['service_name', 'pod_management_policy'], text),
    update_strategy: block({ type: text, rolling_update: block({ partition: integer }) }),
    persistent_volume_claim_retention_policy: block(each(['when_deleted', 'when_scaled'], text)),
    volume_claim_template: as('volumeClaimTemplates', blocks({ metadata: block(metadata), spec: block(claimSpec) })),
  }),
  wait_for_rollout: ofTerraform,
};

const jobSpec: Shape = {
  ...selected,
  ...each(
    [
      'backoff_limit',
      'backoff_limit_per_index',
      'active_deadline_seconds',
      'completions',
      'parallelism',
      'max_failed_indexes',
      'ttl_seconds_after_finished',
    ],
    integer,
  ),
  completion_mode: text,
  manual_selector: flag,
};

export const job: Shape = {
  metadata: block(metadata),
  spec: block(jobSpec),
  wait_for_completion: ofTerraform,
};

export const cronJob: Shape = {
  metadata: block(metadata),
  spec: block({
    ...each(['schedule', 'concurrency_policy'], text),
    timezone: as('timeZone', text),
    suspend: flag,
    ...each(['failed_jobs_history_limit', 'successful_jobs_history_limit', 'starting_deadline_seconds'], integer),
    job_template: block({ metadata: block(metadata), spec: block(jobSpec) }),
  }),
};

export const disruptionBudget: Shape = {
  metadata: block(metadata),
  spec: block({ ...each(['max_unavailable', 'min_available'], integerOrText), selector: block(selector) }),
};

const scaling = block({
  stabilization_window_seconds: integer,
  select_policy: text,
  policy: as('policies', blocks({ type: text, ...each(['value', 'period_seconds'], integer) })),
});

const metricTarget = block({ type: text, average_utilization: integer, ...each(['average_value', 'value'], text) });

export const autoscaler: Shape = {
  metadata: block(metadata),
  spec: block({
    scale_target_ref: block(each(['api_version', 'kind', 'name'], text)),
    ...each(['min_replicas', 'max_replicas'], integer),
    metric: as('metrics', blocks({ type: text, resource: block({ name: text, target: metricTarget }) })),
    behavior: block({ scale_up: scaling, scale_down: scaling }),
  }),
};
