import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { imageFiles, nodeProgram, programFolder, programUser } from '../../constructs/application/programs';
import { copiedPaths, instructions, readDockerfile, root } from '../support/dockerfile';

const [before = [], build = [], runtime = []] = readDockerfile();

test('what it is made from is named by digest', () => {
  const images = instructions(before, 'ARG').map(({ arguments: text }) => text);
  expect(images).toHaveLength(2);
  for (const image of images) expect(image).toMatch(/^[A-Z_]+=[\w./:-]+@sha256:[0-9a-f]{64}$/);
  expect([build, runtime].map(([from]) => from?.arguments)).toEqual(['${NODE_IMAGE} AS build', '${RUNTIME_IMAGE}']);
});

test('its inputs are there, and are all that it is given', () => {
  const paths = copiedPaths(build);
  for (const name of paths) expect([name, existsSync(path.join(root, name))]).toEqual([name, true]);
  const ignored = readFileSync(path.join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => /^[^#]/.test(line));
  expect(ignored).toEqual(['*', ...paths.map((name) => `!${name}`)]);
});

test('it is what Deployments and Jobs take it for', () => {
  const only = (name: string) => instructions(runtime, name).map(({ arguments: text }) => text);
  expect(only('USER')).toEqual([`${programUser}:${programUser}`]);
  expect(only('WORKDIR')).toEqual([programFolder]);
  expect(only('ENTRYPOINT')).toEqual([JSON.stringify([nodeProgram])]);
  // With the times that the build stage gave it: what the runtime stage adds has the time of the build.
  expect(only('COPY')).toEqual(['/build/dist/image /']);
  expect(only('ADD')).toEqual([]);
  const [certificates] = instructions(build, 'ADD');
  expect(certificates?.arguments.split(' ')[1]).toBe(`dist/image${imageFiles.databaseAuthorities}`);
  // What is added from an address is closed to all but root otherwise.
  expect(certificates?.options.chmod).toBe('0444');
});
