/** Environments synthesized twice: as they are, and with marks on all names. */
import type { EnvironmentInput } from '../../environments/environment';
import { MarkedProgram, type MarkedProgramProps } from '../../review/names/marked-program';
import { mentionsIn } from '../../review/names/mentions';
import type { Mention } from '../../review/names/mention';
import { namesModules, vocabularies } from '../../review/names/names-modules';
import { synthesize } from './synthesized';

type Synthesize = typeof synthesize;

/** Mentions of names in an environment as it is. */
export const mentionsOf = (environment: EnvironmentInput): readonly Mention[] =>
  mentionsIn(environment.name, synthesize(environment).stacks);

/**
 * Mentions of names in environments whose names are marked.
 *
 * @param edit changes a file of the project, to see what the check says of it
 */
export function markedMentions(edit?: MarkedProgramProps['edit']) {
  const program = new MarkedProgram({ names: namesModules, vocabularies, ...(edit && { edit }) });
  const marked = program.load('__tests__/support/synthesized.ts') as { readonly synthesize: Synthesize };
  return (environment: EnvironmentInput): readonly Mention[] =>
    mentionsIn(environment.name, marked.synthesize(environment).stacks);
}
