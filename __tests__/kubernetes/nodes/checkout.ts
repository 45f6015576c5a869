/** A sandbox with the scripts of kubernetes/nodes, for what they do without a cluster and without root. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { createSandbox, type Sandbox } from '../../scripts/sandbox';

const folder = path.resolve(__dirname, '../../../kubernetes/nodes');

/** Commands beside those of every sandbox; none of them changes more than files. */
const commands = 'awk cut flock id ls mv node realpath seq setsid sha256sum stat tail tar uname xargs'.split(' ');

/** Nodes need Linux, and so do the scripts. */
export const onLinux = process.platform === 'linux' ? describe : describe.skip;

/** Path of a script in the checkout. */
export const script = (name: string) => `kubernetes/nodes/${name}`;

/** Files of kubernetes/nodes that are shell scripts, relative to it. */
export const shellScripts = ['', 'cluster/'].flatMap((part) =>
  readdirSync(path.join(folder, part))
    .filter((name) => name.endsWith('.sh'))
    .map((name) => part + name),
);

/** Makes the sandbox. Its user is root for the scripts unless `user` is another number; nothing is done as root. */
export function createCheckout(user = 0): Sandbox {
  const sandbox = createSandbox();
  for (const name of [...shellScripts, 'cluster/system.yaml']) sandbox.copy(script(name));
  for (const name of commands) sandbox.realCommand(name);
  sandbox.command('id', `echo ${user}`);
  return sandbox;
}

/** Settings that have the scripts look for built programs in the sandbox. */
export const cacheOf = (sandbox: Sandbox) => ({ KUBERNETES_CLUSTER_CACHE: path.join(sandbox.folder, 'cache') });
