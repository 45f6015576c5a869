/**
 * Every command in a guide, in README.md and in CONTRIBUTING.md is either run by a test, or rehearsed (the fences `sh rehearsed`,
 * by deploy-to-aws.rehearsal.test.ts), or parsed here: its options exist, and what it names is in a synthesis.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { checkCommand, hasGrammar } from '../support/guides/check-command';
import { objectsOfCharts } from '../support/guides/check-kubectl';
import { deployedNames } from '../support/guides/deployed-names';
import { commandsOfScript, guideCommands, guideFiles, readGuide, scriptsOf } from '../support/guides/guide-commands';
import { kindOfCommand, runByTests } from '../support/guides/kinds';
import { fencesOf } from '../support/guides/markdown';
import { installedPrograms, readInstalled, readOperations, recordedOperations, recordedPrograms } from '../support/guides/recorded';
import { anchorsOf, linksOf } from '../support/runbooks';

const root = path.resolve(__dirname, '../..');
const commands = guideCommands();
const functions = new Set(
  guideFiles.flatMap((file) => scriptsOf(file)).flatMap(({ text }) => [...text.matchAll(/^(\w+)\(\) \{/gm)].map(([, name = '']) => name)),
);
const kinds = commands.map((command) => kindOfCommand(command, hasGrammar(command, functions)));
const count = (kind: string) => kinds.filter((other) => other === kind).length;

test(`${commands.length} commands: ${count('run')} run, ${count('rehearsed')} rehearsed, ${count('parsed')} parsed`, () => {
  expect(commands.length).toBeGreaterThan(150);
  expect(commands.filter((_, index) => kinds[index] === 'none').map(({ place, words }) => `${place}: ${words.join(' ')}`)).toEqual([]);
});

test.each(guideFiles)('%s: its commands have options that exist, and names that are deployed', (file) => {
  const faults = commands
    .filter(({ script }) => script.file === file)
    .flatMap((command) => {
      const found = checkCommand(command, deployedNames(), functions);
      return found.map((fault) => `${command.place}: ${command.words.join(' ')}: ${fault}`);
    });
  expect(faults).toEqual([]);
});

test.each(runByTests)('$command is run by $by', ({ command, by, proof }) => {
  expect(readFileSync(path.join(root, by), 'utf8')).toContain(proof);
  expect(commands.map(({ words }) => words.join(' '))).toContain(command);
});

test('every object that a chart makes is named by a guide', () => {
  const words = commands.flatMap((command) => command.words).join(' ');
  const unused = Object.keys(objectsOfCharts).filter((object) => !words.includes(object.split('/')[2] ?? ''));
  expect(unused).toEqual([]);
});

test.each(guideFiles)('%s: its scripts are those of a shell', (file) => {
  for (const { text, line, form } of scriptsOf(file)) {
    const script = text.replaceAll(/‹[^›]*›|…/g, 'filled-in');
    expect(() => execFileSync('bash', ['-n'], { input: script, stdio: 'pipe' })).not.toThrow();
    if (form === 'inline') continue;
    // Blocks go on in the shell of the one before: variables are set there (SC2154), or used later (SC2034).
    const { stdout } = spawnSync('shellcheck', ['--shell=bash', '--exclude=SC2154,SC2034,SC2164', '-'], { input: script, encoding: 'utf8' });
    expect(`${file}:${line}${stdout}`).toBe(`${file}:${line}`);
  }
});

test.each(guideFiles)('%s: no command hides in a block of another language, or in a comment', (file) => {
  const others = fencesOf(readGuide(file)).filter(({ language }) => !/^sh\b/.test(language));
  const programs = /^(?:\$ )?(?:npx|npm|aws|kubectl|helm|terraform|docker|crane|node dist) /m;
  expect(others.filter(({ text }) => programs.test(text)).map(({ line }) => line)).toEqual([]);
  const comments = scriptsOf(file).flatMap(({ text }) => text.match(/^ *#.*$/gm) ?? []);
  expect(comments.filter((comment) => /(?:npx|npm|aws|kubectl|helm|terraform|docker) [a-z-]+ /.test(comment))).toEqual([]);
});

test.each(guideFiles)('%s: its links lead somewhere', (file) => {
  const broken = linksOf(readGuide(file)).filter((link) => {
    const [target = '', anchor] = link.split('#');
    const full = target === '' ? path.join(root, file) : path.resolve(root, path.dirname(file), target);
    return !existsSync(full) || (anchor !== undefined && !anchorsOf(readFileSync(full, 'utf8')).includes(anchor));
  });
  expect(broken).toEqual([]);
});

test.each(installedPrograms())('%s has the recorded options that guides use', (name) => {
  const { commands: recorded = {} } = recordedPrograms().programs[name] ?? {};
  const { commands: installed } = readInstalled(name, Object.keys(recorded));
  const used = new Set(commands.filter(({ words }) => words.includes(name)).flatMap(({ words }) => words.map((word) => word.replace(/=.*/s, ''))));
  for (const [command, options] of Object.entries(recorded)) {
    for (const [option, kind] of Object.entries(options)) {
      if (used.has(option)) expect([command, option, installed[command]?.[option]]).toEqual([command, option, kind]);
    }
  }
});

describe('operations of AWS', () => {
  const recorded = recordedOperations();
  const current = readOperations(Object.keys(recorded.operations));
  if (!current) console.warn("Python has no package awscli: the recorded operations of AWS are NOT compared with the CLI's.");

  test('all that are recorded are used', () => {
    const used = commands.filter(({ words }) => words[0] === 'aws').map(({ words }) => words.slice(1, 3).join(' '));
    expect(Object.keys(recorded.operations)).toEqual([...new Set(used)].sort());
  });

  (current ? test : test.skip)('they are those of the AWS CLI here', () => {
    for (const [name, { options, required }] of Object.entries(recorded.operations)) {
      expect(current?.operations[name]?.options).toMatchObject(options);
      expect(current?.operations[name]?.required).toEqual(required);
    }
  });
});
