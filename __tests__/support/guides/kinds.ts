/** How a command of a guide is tested: in one way, each. */
import { guideCommands, type GuideCommand } from './guide-commands';

export type CommandKind = 'run' | 'rehearsed' | 'parsed' | 'none';

interface RunCommand {
  /** Its words, with spaces between. */
  readonly command: string;
  /** The test that runs it, and what stands there. */
  readonly by: string;
  readonly proof: string;
}

/** Commands that a test runs. */
export const runByTests: readonly RunCommand[] = [
  {
    command: 'npm run plan:capacity -- production',
    by: '__tests__/review/plan-capacity.integration.test.ts',
    proof: "run('production')",
  },
  { command: 'npm run demo', by: '__tests__/scripts/demo.test.ts', proof: 'scripts/demo.sh' },
  { command: 'npm run demo:down', by: '__tests__/scripts/demo.test.ts', proof: 'scripts/demo-down.sh' },
];

const keyOf = ({ words, variables }: Pick<GuideCommand, 'words' | 'variables'>) => JSON.stringify([words, variables]);

let rehearsed: ReadonlySet<string> | undefined;

/** @param parsed whether there is a grammar for it */
export function kindOfCommand(command: GuideCommand, parsed: boolean): CommandKind {
  rehearsed ??= new Set(
    guideCommands()
      .filter(({ script }) => script.rehearsed)
      .map(keyOf),
  );
  if (rehearsed.has(keyOf(command))) return 'rehearsed';
  if (runByTests.some((run) => run.command === command.words.join(' '))) return 'run';
  return parsed ? 'parsed' : 'none';
}
