/** Secrets of the platform: made where they are used, one a file of mode 0600, never printed or passed on a command line. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { renderAclFile } from '../../constructs/redis/acl';
import { clusterUserNames, clusterUsers, type ClusterUserName } from '../../constructs/redis/cluster-users';

/** Writes a file of mode 0600 in one step: a reader sees the old content or the new, never half. */
export function writeSecretFile(file: string, content: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, content, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/**
 * Makes the secrets that are missing; 256 random bits each, in base64url. Existing ones stay.
 *
 * @returns the names that are new
 */
export function ensureSecrets(directory: string, names: readonly string[]): string[] {
  const missing = names.filter((name) => !existsSync(path.join(directory, name)));
  for (const name of missing) {
    writeSecretFile(path.join(directory, name), randomBytes(32).toString('base64url'));
  }
  return missing;
}

/** File with the password of an ACL user. */
export const redisPasswordFile = (directory: string, user: ClusterUserName) => path.join(directory, `redis-${user}`);

/** Names of the secrets that Redis needs. */
export const redisSecretNames: readonly string[] = clusterUserNames.map((user) => `redis-${user}`);

/** The password of an ACL user. */
export function readRedisPassword(directory: string, user: ClusterUserName): string {
  return readFileSync(redisPasswordFile(directory, user), 'utf8').trim();
}

/** What the nodes read their ACL users from. */
export const userFile = (directory: string) => path.join(directory, 'users.acl');

/**
 * Writes what Redis reads its users from: `users.acl` with the passwords' digests, and `replication.conf` with what a
 * replica logs in to its master with.
 *
 * @returns whether users.acl changed
 */
export function writeRedisUserFiles(directory: string): boolean {
  const digests = Object.fromEntries(
    clusterUserNames.map((user) => [
      user,
      [createHash('sha256').update(readRedisPassword(directory, user)).digest('hex')],
    ]),
  ) as Record<ClusterUserName, string[]>;
  const file = userFile(directory);
  const text = renderAclFile(clusterUsers, digests);
  const changed = !existsSync(file) || readFileSync(file, 'utf8') !== text;
  if (changed) writeSecretFile(file, text);
  writeSecretFile(
    path.join(directory, 'replication.conf'),
    `masteruser replica\nmasterauth ${readRedisPassword(directory, 'replica')}\n`,
  );
  return changed;
}
