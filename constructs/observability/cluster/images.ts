/** Images as the charts of what watches a cluster ask for them. */
import type { ClusterServicesSettings } from '../../../environments/cluster-services-settings';
import type { ObservabilitySettings } from '../../../environments/observability-settings';
import type { AwsAccount } from '../../aws/account';
import { imageReference, type ImageName, type ImagePins } from '../../cluster-services/sources';

/** What charts' values are made from. */
export interface WatcherProps {
  readonly account: AwsAccount;
  readonly source: ClusterServicesSettings['source'];
  readonly settings: ObservabilitySettings;
}

/** With a digest without `sha256:`, which the chart adds, in the key `sha`. */
export function imageWithSha(props: WatcherProps, name: ImageName, pins: ImagePins) {
  const { sha, ...image } = imageWithWholeSha(props, name, pins);
  return { ...image, sha: sha.replace(/^sha256:/, '') };
}

/** With a whole digest in the key `sha`: the chart kube-state-metrics adds nothing to it. */
export function imageWithWholeSha({ source, account }: WatcherProps, name: ImageName, pins: ImagePins) {
  const { digest = '', ...image } = imageReference(source, account, name, pins);
  return { ...image, sha: digest };
}

/** With a whole digest, in the key `digest`. */
export function imageWithDigest({ source, account }: WatcherProps, name: ImageName, pins: ImagePins) {
  return imageReference(source, account, name, pins);
}
