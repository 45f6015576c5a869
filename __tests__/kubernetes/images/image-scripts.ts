/** A sandbox with the scripts of images, on a machine that only pretends: no root, no Docker, no network. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { createSandbox, type Sandbox } from '../../scripts/sandbox';

export const root = path.resolve(__dirname, '../../..');

/** Root on Linux, with some more commands of the real machine. A test replaces what it needs otherwise. */
export function imageSandbox(...commands: readonly string[]): Sandbox {
  const sandbox = createSandbox();
  for (const name of commands) sandbox.realCommand(name);
  for (const script of imageScripts()) sandbox.copy(script);
  sandbox.copy('.dockerignore');
  sandbox.command('uname', 'echo Linux');
  sandbox.command('id', 'echo 0');
  return sandbox;
}

/** Paths in the checkout of the scripts of images, and of those that use them. */
export function imageScripts(): string[] {
  const folder = 'kubernetes/images';
  return [
    ...readdirSync(path.join(root, folder))
      .filter((name) => name.endsWith('.sh'))
      .map((name) => `${folder}/${name}`),
    `${folder}/exporter/go.mod`,
    'scripts/demo-compose.sh',
    'scripts/demo-compose-down.sh',
  ];
}
