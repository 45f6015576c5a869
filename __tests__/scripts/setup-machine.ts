/** Fake commands of the machine on which scripts/setup.sh is tested. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createSandbox, type Sandbox } from './sandbox';

/** A command's name → the body of its fake, or undefined for a machine without it. */
export type Commands = Readonly<Record<string, string | undefined>>;

export const terraformOf = (version: string) =>
  `echo 'Warning: no configuration' >&2; echo '{ "terraform_version": "${version}" }'`;
export const redisOf = (version: string) =>
  `echo "Redis server v=${version} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64"`;
export const system = (name: string) => `[ "$1" = -s ] && echo ${name} || echo "${name} x86_64"`;

/** "Installs" what it is asked for: every word with a file below packages/ becomes a command. */
const installPackages =
  'for word; do [ ! -d "$SANDBOX/packages/$word" ] || cp "$SANDBOX/packages/$word"/* "$SANDBOX/bin"; done';
const logPolicy =
  'if [ -e "$SETUP_POLICY_FILE" ]; then log "policy exit $(sh "$SETUP_POLICY_FILE" >/dev/null; echo $?)"; fi';
export const aptGet = `log apt-get "$@"; case "$*" in *install*) ${logPolicy}; ${installPackages} ;; esac`;
/** Knows its packages only after an update. */
export const aptGetWithoutLists = `log apt-get "$@"
case "$*" in
  *update*) touch "$SANDBOX/updated" ;;
  *) [ -e "$SANDBOX/updated" ] || { echo 'E: Unable to locate package'; exit 100; }; ${installPackages} ;;
esac`;
export const brew = `log brew "$@"; ${installPackages}`;
export const sudo = 'log sudo "$1"; [ "$1" != -n ] || shift; exec "$@"';
export const npm = 'log npm "$@"; mkdir -p node_modules';
export const aptOptions = '-q -y -o DPkg::Lock::Timeout=300';
export const aptGetInstall = `apt-get ${aptOptions} install --no-install-recommends`;

export const complete: Commands = {
  node: 'echo v20.19.0',
  npm,
  terraform: terraformOf('1.8.0'),
  'redis-server': redisOf('7.0.15'),
  'redis-cli': 'exit 0',
  openssl: 'exit 0',
  python3: 'exit 0',
  promtool: 'exit 0',
  amtool: 'exit 0',
  'prometheus-redis-exporter': 'exit 0',
  chromium: 'exit 0',
  shellcheck: 'exit 0',
  uname: system('Linux'),
  id: 'echo 0',
  systemctl: 'log systemctl "$@"',
};
export const withoutRedis: Commands = { ...complete, 'redis-server': undefined, 'redis-cli': undefined };

/** A checkout with scripts/setup.sh and a lock file. */
export function createCheckout(): Sandbox {
  const sandbox = createSandbox();
  sandbox.copy('scripts/setup.sh');
  sandbox.write('package-lock.json', '{ "version": 1 }');
  return sandbox;
}

/**
 * Puts the commands on the machine, in place of those of a complete one. The node modules are installed unless `modules`
 * says otherwise; `packagedRedis` is the version that a package manager would install.
 */
export function equip(
  sandbox: Sandbox,
  commands: Commands,
  modules: 'installed' | 'missing' = 'installed',
  packagedRedis = '7.2.4',
): void {
  for (const name of ['redis-server', 'redis'])
    sandbox.command(`../packages/${name}/redis-server`, redisOf(packagedRedis));
  for (const name of ['redis-tools', 'redis']) sandbox.command(`../packages/${name}/redis-cli`, 'exit 0');
  sandbox.command('../packages/python3-venv/pip3', 'exit 0');
  const put = (entries: Commands) => Object.entries(entries).forEach(([name, body]) => sandbox.command(name, body));
  put(complete);
  put({ uname: commands.uname ?? complete.uname });
  if (modules === 'installed') {
    const { status, stderr } = sandbox.run('scripts/setup.sh');
    if (status !== 0) throw new Error(stderr);
    writeFileSync(path.join(sandbox.folder, 'calls'), '');
  }
  put(commands);
}
