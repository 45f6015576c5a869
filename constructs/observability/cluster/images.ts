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

/** With a digest without its beginning, in the key `sha`. */
export function imageWithSha({ source, account }: WatcherProps, name: ImageName, pins: ImagePins) {
  const { digest = '', ...image } = imageReference(source, account, name, pins);
  return { ...image, sha: digest.replace(/^sha256:/, '') };
}

/** With a whole digest, in the key `digest`. */
export function imageWithDigest({ source, account }: WatcherProps, name: ImageName, pins: ImagePins) {
  return imageReference(source, account, name, pins);
}
