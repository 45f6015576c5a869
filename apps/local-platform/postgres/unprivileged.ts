import { spawnSync } from 'node:child_process';

/**
 * How Postgres' programs are run: Postgres refuses to run as root.
 *
 * For an ordinary user it is the command itself. For root on Linux it is run through setpriv as `nobody` without groups,
 * with one capability, CAP_DAC_OVERRIDE, so that it can reach its files below folders only root may enter (a checkout in
 * /root or in a mktemp folder); the bounding set keeps it from ever gaining another.
 */
export interface UnprivilegedUser {
  /** Owner for what Postgres has to own; undefined when that is the current user. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  /** Command and arguments to start a program with: `[...prefix, program, ...arguments]`. */
  readonly prefix: readonly string[];
}

/** The kernel's overflow uid, `nobody` by convention on every Linux. */
const nobody = 65_534;

/** @throws Error when this process is root and cannot give that up for Postgres */
export function findUnprivilegedUser(): UnprivilegedUser {
  if (process.getuid?.() !== 0) return { owner: undefined, prefix: [] };
  const remedy = 'or deploy as an ordinary user';
  if (process.platform !== 'linux') throw new Error(`Postgres refuses to run as root: deploy as an ordinary user.`);
  const prefix = [
    'setpriv',
    `--reuid=${nobody}`,
    `--regid=${nobody}`,
    '--clear-groups',
    '--inh-caps=-all,+dac_override',
    '--ambient-caps=-all,+dac_override',
    '--bounding-set=-all,+dac_override',
    // Else access(2), with which initdb looks for postgres beside itself, goes by the user alone.
    '--securebits=+no_setuid_fixup',
  ] as const;
  const probe = spawnSync(prefix[0], [...prefix.slice(1), 'true'], { encoding: 'utf8' });
  if (probe.error !== undefined) {
    throw new Error(`Postgres refuses to run as root and setpriv is missing: install util-linux ${remedy}.`);
  }
  if (probe.status !== 0) {
    throw new Error(
      `Postgres refuses to run as root and setpriv cannot drop to uid ${nobody} (${probe.stderr.trim()}): ` +
        `allow the capabilities SETUID, SETGID, SETPCAP and DAC_OVERRIDE ${remedy}.`,
    );
  }
  return { owner: { uid: nobody, gid: nobody }, prefix };
}
