/** Policy: the name of an image says which one. Source: `latest-tag` of kube-linter, `container-image-tag` of kube-score. */
import { textOf, type WorkloadPolicy } from './workload';

export const imagesHaveAVersion: WorkloadPolicy = {
  explanation: 'Under a name that moves, two pods of one Deployment run two programs, and no rollback brings one back',
  problems: ({ containers }) =>
    containers.flatMap(({ name, arguments: container }) => {
      const image = textOf(container.image, '');
      return isFixed(image)
        ? []
        : [`container '${name}' runs '${image}'; name it by digest, or by a tag other than latest`];
    }),
};

/** A colon before the last slash is the registry's port. */
function isFixed(image: string): boolean {
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return true;
  const tag = /:([^/:@]+)$/.exec(image)?.[1];
  return tag !== undefined && tag !== 'latest';
}
