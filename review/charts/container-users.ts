/**
 * Rule: containers run as a user that the kubelet accepts. With `runAsNonRoot` it refuses to start a container whose user
 * may be root: one of an image that names no user, or a name instead of a number, unless `runAsUser` is set. Source:
 * `verifyRunAsNonRoot` in pkg/kubelet/kuberuntime/security_context.go of Kubernetes.
 */
import type { ContainerFacts } from './fact-types';
import { imageFacts, type ImageUser } from './image-users';

/** What is wrong with a container's user, and what to do about it. @returns undefined if nothing is */
export function userProblem({
  name,
  image,
  security: { runAsUser, runAsNonRoot },
}: Pick<ContainerFacts, 'name' | 'image' | 'security'>): string | undefined {
  const facts = imageFacts(image);
  if (!facts)
    return `container '${name}': nothing is known of the image ${image}; add its user to review/charts/image-users.ts`;
  if (runAsUser === 0) return `container '${name}' runs as root; set another runAsUser`;
  if (runAsUser !== undefined || (typeof facts.user === 'object' && 'id' in facts.user)) return undefined;
  const consequence = runAsNonRoot === true ? 'the kubelet refuses it (CreateContainerConfigError)' : 'it runs as that';
  return `container '${name}': ${facts.repository} names ${described(facts.user)}, and ${consequence}; set runAsUser`;
}

function described(user: ImageUser): string {
  if (user === 'none') return 'no user';
  return 'id' in user ? String(user.id) : `the user '${user.name}', not a number`;
}
