/**
 * Follows docs/guides/deploy-to-aws.md from an empty account to the end of the environment: its fences `sh rehearsed`, and those of the guide
 * to the state, in their order, as they stand. In between it does what the guides say in words.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { productionEnvironment } from '../../environments/production';
import { deploymentGuide, sectionsToAllow, stackTable } from '../support/guides/deployment-guide';
import { guideFiles, readGuide, rehearsedLanguage } from '../support/guides/guide-commands';
import { fencesOf } from '../support/guides/markdown';
import { listedStacks, rehearsedAccount, type RehearsedAccount } from '../support/guides/rehearsed-account';
import { rehearsalTest } from '../support/rehearsal';

const stateGuide = 'docs/guides/terraform-state.md';
const { accountId, region } = productionEnvironment;
const bucket = `production-tfstate-${accountId}-${region}`;

const stacks = stackTable().map(({ stack }) => `production-${stack}`);

/** Scripts below a heading. */
const scriptsBelow = (file: string, heading: string) =>
  fencesOf(readGuide(file).split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '')
    .filter(({ language }) => language === rehearsedLanguage)
    .map(({ text }) => text);

/** What the test follows. The state's own guide begins with the commands that this one begins with. */
const followed = {
  order: scriptsBelow(deploymentGuide, 'Order'),
  after: scriptsBelow(deploymentGuide, 'After the first deployment'),
  destroy: scriptsBelow(deploymentGuide, 'Destroy'),
  end: scriptsBelow(stateGuide, 'The end of an environment'),
};

/** Sets `destruction` to `allowed` in sections of an environment's file. */
function allowDestruction({ directory }: RehearsedAccount, sections: readonly string[]): void {
  const file = path.join(directory, 'environments/production.ts');
  const allowed = `destruction: { kind: 'allowed', reason: 'the environment is given up' }`;
  const changed = sections.reduce(
    (text, section) => {
      const [whole = ''] = new RegExp(`^  ${section}: \\{(?:.*\\},$|[\\s\\S]*?^  \\},$)`, 'm').exec(text) ?? [];
      const set = whole.replace("destruction: { kind: 'prevented' }", allowed);
      return text.replace(whole, set === whole ? whole.replace(/\},$/, `  ${allowed},\n  },`) : set);
    },
    readFileSync(file, 'utf8'),
  );
  writeFileSync(file, changed);
}

test('every script that is called rehearsed is followed', () => {
  const marked = guideFiles.flatMap((file) =>
    fencesOf(readGuide(file)).filter(({ language }) => language === rehearsedLanguage),
  );
  const scripts = Object.values(followed).flat();
  const lines = scripts
    .join('\n')
    .split('\n')
    .map((line) => line.trim());
  const left = marked
    .filter(({ text }) => !scripts.includes(text))
    .flatMap(({ text }) => text.split('\n').map((line) => line.trim()))
    .filter((line) => line !== '' && !line.startsWith('#') && !lines.some((other) => other.startsWith(line)));
  expect(left).toEqual([]);
  expect(scripts.length).toBeGreaterThanOrEqual(8);
});

rehearsalTest(
  'from an empty account to every stack, a second plan without changes, and the end',
  async () => {
    const account = await rehearsedAccount(accountId, 'production');
    const run = async (script: string) => {
      const { exitCode, output } = await account.run(script);
      if (exitCode !== 0) throw new Error(`${script}\nended with ${exitCode}:\n${output.slice(-6000)}`);
      return output;
    };
    const resources = async () =>
      Promise.all(stacks.map(async (stack) => (await account.stateOf(bucket, stack))?.resources.length));
    try {
      for (const script of followed.order) await run(script);
      expect(await resources()).not.toContain(undefined);
      expect(await resources()).not.toContain(0);

      for (const script of followed.after) {
        expect((await run(script)).match(/No changes\. Your infrastructure matches/g)).toHaveLength(
          listedStacks.length,
        );
      }

      const refused = await account.run('npx cdktf destroy production-network --ignore-missing-stack-dependencies');
      expect(refused.output).toContain('prevent_destroy');
      expect(refused.exitCode).not.toBe(0);

      allowDestruction(account, sectionsToAllow());
      for (const script of followed.destroy) await run(script);
      const [ofState, ...ofOthers] = await resources();
      expect(ofState).toBeGreaterThan(0);
      expect(ofOthers.filter((count) => count !== 0)).toEqual([]);

      allowDestruction(account, ['terraformState']);
      for (const script of followed.end) await run(script);
      const state = readFileSync(path.join(account.directory, `terraform.${stacks[0] ?? ''}.tfstate`), 'utf8');
      expect((JSON.parse(state) as { resources: unknown[] }).resources).toEqual([]);
    } finally {
      await account.close();
    }
  },
  1_200_000,
);
