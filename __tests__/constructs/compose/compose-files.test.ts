import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { composeFiles, composeProject } from '../../../constructs/compose/compose-files';
import { apiProcesses, filesFolder, type ComposeTopology } from '../../../constructs/compose/layout';
import { renderYaml } from '../../../constructs/rendering/yaml';
import { localEnvironment } from '../../../environments/local';

const folder = path.resolve(__dirname, '../../../deploy/compose');
const settings = localEnvironment({}).application;
const topologies: readonly ComposeTopology[] = ['single-node', 'master-replica'];

test.each(Object.entries(composeFiles(settings)))('%s is as it is rendered', (name, text) => {
  const file = path.join(folder, name);
  expect([name, existsSync(file) && readFileSync(file, 'utf8')]).toEqual([name, text]);
});

/** The schema of the compose specification, as compose-go 2.9.1 has it (github.com/compose-spec/compose-go, Apache-2.0). */
const schema = z.fromJSONSchema({
  ...(JSON.parse(readFileSync(path.resolve(__dirname, '../../fixtures/compose-spec.json'), 'utf8')) as object),
  // By its usual address: it is the same draft.
  $schema: 'http://json-schema.org/draft-07/schema#',
});

const projectOf = (topology: ComposeTopology) => composeProject(settings, topology);

describe.each(topologies)('%s', (topology) => {
  const project = projectOf(topology);
  const services = project.services as Readonly<Record<string, Readonly<Record<string, unknown>>>>;

  test('is what the compose specification takes', () => {
    expect(schema.safeParse(project).error).toBeUndefined();
  });

  test.each([
    ['an unknown key of a service', { services: { ...services, redis: { ...services.redis, memory: '1g' } } }],
    ['a condition that there is none of', { services: { a: { image: 'a', depends_on: { b: { condition: 'up' } } } } }],
    ['an unknown part', { service: services }],
  ])('%s would be told', (_, change) => {
    expect(schema.safeParse({ ...project, ...change }).success).toBe(false);
  });

  test('every file and volume that is mounted is there', () => {
    const volumes = Object.keys(project.volumes as object);
    for (const { volumes: mounted = [] } of Object.values(services)) {
      for (const mount of mounted as readonly string[]) {
        const [source = ''] = mount.split(':');
        const isThere = source.startsWith('./') ? existsSync(path.join(folder, source)) : volumes.includes(source);
        expect([source, isThere]).toEqual([source, true]);
      }
    }
  });

  test('every service that is waited for is there', () => {
    for (const { depends_on: others = {} } of Object.values(services)) {
      expect(Object.keys(services)).toEqual(expect.arrayContaining(Object.keys(others as object)));
    }
  });

  test('every file of a program is handed to it', () => {
    const prepare = readFileSync(path.join(folder, 'prepare.sh'), 'utf8');
    const handed = /^hand "\$programs" "[^"]*" (.*)$/m.exec(prepare)?.[1]?.split(' ') ?? [];
    const variables = Object.values(services).flatMap(({ environment = {} }) => Object.entries(environment as object));
    const files = variables.filter(([name, value]) => name.endsWith('_FILE') && String(value).startsWith(filesFolder));
    expect(files.length).toBeGreaterThan(5);
    for (const [name, value] of files) {
      expect([name, [...handed, 'ca.crt']]).toEqual([
        name,
        expect.arrayContaining([path.posix.basename(String(value))]),
      ]);
    }
  });

  test('the image of the programs is built once, by the service that the others wait for', () => {
    const programs = Object.entries(services).filter(([, { image }]) => image === services.migration?.image);
    expect(programs.map(([name]) => name)).toEqual(['migration', 'worker', ...apiProcesses, 'exercise']);
    expect(programs.filter(([, { build }]) => build !== undefined).map(([name]) => name)).toEqual(['migration']);
    for (const name of ['worker', ...apiProcesses]) {
      expect(services[name]).toMatchObject({ pull_policy: 'never', depends_on: { migration: {} } });
    }
  });

  test('the exercise drives as many processes as it needs to skip nothing', () => {
    const command = services.exercise?.command as readonly string[];
    const urls = command.filter((_, index) => command[index - 1] === '--url');
    expect(urls).toEqual(apiProcesses.map((name) => `http://${name}:8080`));
    expect(urls.length).toBeGreaterThan(1);
    for (const name of apiProcesses) {
      expect(services[name]?.environment).toMatchObject({ INSTANCE_NAME: name, API_INSTANCES: String(urls.length) });
    }
  });

  test('nothing but loopback is open to others', () => {
    for (const { ports = [] } of Object.values(services)) {
      for (const port of ports as readonly string[]) expect(port).toMatch(/^127\.0\.0\.1:/);
    }
  });
});

test('the replica follows the master, and nobody follows it', () => {
  const files = composeFiles(settings);
  expect(files['redis/master-replica-redis-replica.conf']).toContain('replicaof redis 6379\n');
  expect(files['redis/master-replica-redis.conf']).not.toContain('replicaof');
});

test('texts keep what they are, whatever they look like', () => {
  expect(
    renderYaml('one\n\ntwo', { a: ['no', '', "it's", 'a: b # c', { 'b c': true, d: [] }], e: {}, f: 'a\nb', g: 1 }),
  ).toBe(
    [
      '# one',
      '#',
      '# two',
      'a:',
      "  - 'no'",
      "  - ''",
      '  - "it\'s"',
      "  - 'a: b # c'",
      '  - "b c": true',
      '    d: []',
      'e: {}',
      'f: "a\\nb"',
      'g: 1',
      '',
    ].join('\n'),
  );
});
