/** Policy: emptyDirs have a size. Source: `sizeLimit` of emptyDir in the documentation of Kubernetes. */
import { block, blocks, textOf, type WorkloadPolicy } from './workload';

export const emptyDirsHaveASize: WorkloadPolicy = {
  explanation: 'A folder without an end fills the disk of its node, or its memory, which other pods need too',
  problems: ({ pod }) =>
    blocks(pod.volume)
      .filter(({ empty_dir }) => empty_dir !== undefined && block(empty_dir).size_limit === undefined)
      .map(({ name }) => `emptyDir '${textOf(name, '(no name)')}' has no size; set size_limit`),
};
