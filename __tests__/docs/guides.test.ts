/**
 * Every command in a guide, in README.md and in CONTRIBUTING.md is either run by a test, or rehearsed (the fences `sh rehearsed`,
 * by deploy-to-aws.rehearsal.test.ts), or parsed here: its options exist, and what it names is in a synthesis.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { loadEnvironment } from '../../environments/index';
import { checkCommand, hasGrammar } from '../support/guides/check-command';
import { objectsOfCharts } from '../support/guides/check-kubectl';
import { deployedNames } from '../support/guides/deployed-names';
import { guideCommands, guideFiles, readGuide, scriptsOf } from '../support/guides/guide-commands';
import { receiverSecrets, sectionsToAllow, stackTable } from '../support/guides/deployment-guide';
import { kindOfCommand, runByTests } from '../support/guides/kinds';
import { fencesOf } from '../support/guides/markdown';
import {
  installedPrograms,
  operationWords,
  readInstalled,
  readOperations,
  recordedOperations,
  recordedPrograms,
} from '../support/guides/recorded';
import { shellCommands } from '../support/guides/shell-commands';
import { testDay } from '../support/kubernetes';
import { anchorsOf, linksOf } from '../support/runbooks';

const root = path.resolve(__dirname, '../..');
const commands = guideCommands();
const functions = new Set(
  guideFiles
    .flatMap((file) => scriptsOf(file))
    .flatMap(({ text }) => [...text.matchAll(/^(\w+)\(\) \{/gm)].map(([, name = '']) => name)),
);
const kinds = commands.map((command) => kindOfCommand(command, hasGrammar(command, functions)));
const count = (kind: string) => kinds.filter((other) => other === kind).length;

test(`${commands.length} commands: ${count('run')} run, ${count('rehearsed')} rehearsed, ${count('parsed')} parsed`, () => {
  expect(commands.length).toBeGreaterThan(150);
  expect(
    commands.filter((_, index) => kinds[index] === 'none').map(({ place, words }) => `${place}: ${words.join(' ')}`),
  ).toEqual([]);
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

const faulty: readonly (readonly [command: string, fault: string])[] = [
  ["npx cdktf diff 'production-*'", "'production-*' is no stack; it takes no pattern"],
  ['npx cdktf diff production-redis production-backup', 'it takes 1 stacks at most'],
  ["npx cdktf deploy 'produktion-*'", "'produktion-*' is no stack, and no pattern that one matches"],
  ['npx cdktf deploy production-redis', 'production-network has to be among the stacks'],
  ['npx cdktf destroy production-network', 'production-kubernetes has to be among the stacks'],
  ["npx cdktf deploy 'local-*' --approve", 'there is no option --approve'],
  ['OWN_STATE=files npx cdktf list', 'OWN_STATE=files: it is one of file, bucket'],
  ['ENVIRONMENT=prod npx cdktf list', 'ENVIRONMENT=prod: it is one of local,'],
  ['cdktf deploy production-redis', 'call it by npx'],
  ['terraform state bring', "'state bring' is no command of terraform"],
  ['terraform force-unlock -quietly 1', 'there is no option -quietly'],
  ['npm run demonstrate', 'package.json has no script demonstrate'],
  ['npm run plan:capacity -- prod', 'it takes one environment'],
  ['npm run demo -- --order 1', 'there is no option --order'],
  ['npx jest __tests__/nowhere', 'no test is in __tests__/nowhere'],
  ['aws kms cancel-key-deletion --region us-east-1', '--key-id is required'],
  ['aws kms cancel-key-deletions', 'is not among the recorded operations'],
  ['aws kms enable-key --key-id 1 --force', 'there is no option --force'],
  [
    'aws cloudwatch set-alarm-state --alarm-name a --state-value ALARM --state-reason b',
    'nothing in the stacks has this name',
  ],
  ['read -r key < <(aws kms enable-key --key-id 1 --force)', 'there is no option --force'],
  ['read -r key <<<"$(aws kms enable-key --key-id 1 --force)"', 'there is no option --force'],
  ['aws ec2 wait instance-fine --instance-ids i-1', "'ec2 wait instance-fine' is not among the recorded operations"],
  [
    'aws ec2 describe-security-groups --filters Name=group-name,Values=production-eks-runners',
    '--filters group-name production-eks-runners: nothing in the stacks has this name',
  ],
  [
    'aws ec2 describe-subnets --filters Name=tag:Name,Values=production-inner-*',
    '--filters tag:Name production-inner-*: nothing in the stacks has this name',
  ],
  ['aws ec2 describe-subnets --filters Name=state,Values=available', 'no test compares this filter with the stacks'],
  ['aws ec2 describe-subnets --query Subnet[0].SubnetId', 'the answer has NextToken, Subnets'],
  ['aws cloudwatch set-alarm-state --state-value RED --state-reason b', '--state-value RED: it is one of OK, ALARM'],
  ['aws eks update-kubeconfig --name production', '--name production: nothing in the stacks has this name'],
  ['kubectl -n applications get pods', 'there is no namespace applications'],
  ['kubectl -n application get secret redis-app2', 'there is no secret redis-app2 in application'],
  ['kubectl -n application rollout restart deployment/worker2', 'there is no deployment worker2'],
  ['kubectl -n application logs --selector app=exercise', 'no pod has the label app=exercise'],
  [
    'kubectl -n application exec deployment/worker -- node worker.js dead-letters list',
    'the image of the application has /nodejs/bin/node alone, and not node',
  ],
  ['kubectl get pod --everywhere', 'there is no option --everywhere'],
  ['kubectl -n redis exec redis-0 -- redis-cli --tsl', 'there is no option --tsl'],
  ['helm pull traefik --repository x', 'there is no option --repository'],
  ['docker compose --file deploy/compose/none.yaml up', 'there is no file deploy/compose/none.yaml'],
  ['docker compose --file deploy/compose/single-node.yaml run tests', 'has no service tests'],
  ['docker buildx build --push --tag a/redis-platform/app:1 .', 'no environment pulls a/redis-platform/app:1'],
  ['node ../../../dist/worker.js dead-letters replay', 'usage: dead-letters list'],
  ['node dist/exercise.js --user demo', 'there is no option --user'],
  ['git push', 'only `git checkout <what>` and `git log -1 --format=%ct` are known'],
];

test.each(faulty)('%s: %s', (script, fault) => {
  const found = shellCommands(script).flatMap((command) => checkCommand(command, deployedNames(), functions));
  expect(found).toContainEqual(expect.stringContaining(fault));
});

test('the table of stacks has all that each depends on', () => {
  const { dependencies } = deployedNames();
  const closure = (stack: string, direct: (stack: string) => readonly string[]): readonly string[] =>
    [...new Set(direct(stack).flatMap((other) => [other, ...closure(other, direct)]))].sort();
  const table = new Map(stackTable().map(({ stack, dependsOn }) => [stack, dependsOn]));
  const ofTable = [...table.keys()].map((stack) => [stack, closure(stack, (name) => table.get(name) ?? [])]);
  const synthesized = [...table.keys()].map((stack) => {
    const all = closure(`production-${stack}`, (name) => dependencies.get(name) ?? []);
    return [stack, all.map((other) => other.replace('production-', ''))];
  });
  expect(ofTable).toEqual(synthesized);
  expect(table.size).toBe(deployedNames().stacks.filter((stack) => stack.startsWith('production-')).length);
});

test('the steps to destroy an environment allow it in every section that has such a setting', () => {
  const sections = Object.entries(loadEnvironment('production', {}, testDay))
    .filter(
      ([section, settings]) => section !== 'terraformState' && Object.hasOwn(Object(settings) as object, 'destruction'),
    )
    .map(([section]) => section);
  expect([...sectionsToAllow()].sort()).toEqual(sections.sort());
});

test('the guide makes every secret that production needs for receivers of alerts', () => {
  const secrets = [...(deployedNames().arguments.get('aws_secretsmanager_secret.name') ?? [])];
  const needed = secrets.filter((name) => name.startsWith('production/alerts/'));
  expect(
    receiverSecrets()
      .map((name) => `production/alerts/${name}`)
      .sort(),
  ).toEqual(needed.sort());
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
    // Blocks go on in the shell of the one before: variables are set there (SC2154), or used later (SC2034); a reader sees that cd
    // failed (SC2164), and `OWN_STATE=file` is no name of a program (SC2209).
    const { stdout } = spawnSync('shellcheck', ['--shell=bash', '--exclude=SC2154,SC2034,SC2164,SC2209', '-'], {
      input: script,
      encoding: 'utf8',
    });
    expect(`${file}:${line}${stdout}`).toBe(`${file}:${line}`);
  }
});

test.each(guideFiles)('%s: no command hides in a block of another language, or in a comment', (file) => {
  const others = fencesOf(readGuide(file)).filter(({ language }) => !/^sh\b/.test(language));
  const programs = /^(?:\$ )?(?:npx|npm|aws|kubectl|helm|terraform|docker|crane|node dist) /m;
  expect(others.filter(({ text }) => programs.test(text)).map(({ line }) => line)).toEqual([]);
  const comments = scriptsOf(file).flatMap(({ text }) => text.match(/^ *#.*$/gm) ?? []);
  expect(comments.filter((comment) => /(?:npx|npm|aws|kubectl|helm|terraform|docker) [a-z-]+ /.test(comment))).toEqual(
    [],
  );
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
  const used = new Set(
    commands
      .filter(({ words }) => words.includes(name))
      .flatMap(({ words }) => words.map((word) => word.replace(/=.*/s, ''))),
  );
  for (const [command, options] of Object.entries(recorded)) {
    for (const [option, kind] of Object.entries(options)) {
      if (used.has(option)) expect([command, option, installed[command]?.[option]]).toEqual([command, option, kind]);
    }
  }
});

describe('operations of AWS', () => {
  const recorded = recordedOperations();
  const current = readOperations(Object.keys(recorded.operations));
  if (!current)
    console.warn("Python has no package awscli: the recorded operations of AWS are NOT compared with the CLI's.");

  test('all that are recorded are used', () => {
    const used = commands
      .filter(({ words }) => words[0] === 'aws')
      .map(({ words }) => operationWords(words.slice(1)).join(' '));
    expect(Object.keys(recorded.operations)).toEqual([...new Set(used)].sort());
  });

  (current ? test : test.skip)('they are those of the AWS CLI here', () => {
    for (const [name, { options, required, results }] of Object.entries(recorded.operations)) {
      expect(current?.operations[name]?.options).toMatchObject(options);
      expect(current?.operations[name]?.required).toEqual(required);
      expect(current?.operations[name]?.results).toEqual(expect.arrayContaining([...results]));
    }
  });
});
