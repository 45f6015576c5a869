/** All mentions of names in the stacks of an environment. */
import { kubernetesMentions } from './kubernetes-mentions';
import type { Mention } from './mention';
import { unmarked } from './marks';
import { programMentions } from './program-mentions';
import { secretMentions } from './secret-mentions';
import { nodesOf, resourcesOf } from './synthesized-tree';
import { textMentions } from './text-mentions';
import { trafficMentions } from './traffic-mentions';

/** Synthesized stacks, in Terraform's JSON, by name. */
export type Stacks = Readonly<Record<string, unknown>>;

/** @param environment name of the environment, which its names in AWS start with */
export const mentionsIn = (environment: string, stacks: Stacks): readonly Mention[] =>
  Object.entries(stacks).flatMap(([stack, tree]) =>
    resourcesOf(tree).flatMap((resource) =>
      nodesOf(resource).flatMap((node) =>
        [
          ...textMentions(environment, resource, node),
          ...kubernetesMentions(resource, node),
          ...trafficMentions(resource, node),
          ...secretMentions(node),
          ...programMentions(resource, node),
        ].map((named) => ({ ...named, stack, path: unmarked(`${resource.construct} ${node.path}`).trim() })),
      ),
    ),
  );
