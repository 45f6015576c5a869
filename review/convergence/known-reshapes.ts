/**
 * What providers read back otherwise than it was written: a plan that follows an apply at once should be empty, and isn't
 * where one of these is violated. Found in the sources of the providers, in their guides and in their issues.
 */
import { awsReshapes, hiddenAwsReshapes } from './aws-reshapes';
import { helmReshapes } from './helm-reshapes';
import { hiddenKubernetesReshapes, kubernetesReshapes } from './kubernetes-reshapes';
import type { HiddenReshape, Reshape } from './reshape';

/** Those that plans show. */
export const knownReshapes: readonly Reshape[] = [...kubernetesReshapes, ...awsReshapes, ...helmReshapes];

/** Those that no plan shows: nothing has to be done. */
export const hiddenReshapes: readonly HiddenReshape[] = [...hiddenKubernetesReshapes, ...hiddenAwsReshapes];
