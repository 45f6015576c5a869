import type { Pool } from 'pg';
import { readPasswordFile } from './password-file';
import { createUser, findUserByName, setPassword, verifyCredentials } from './users';

/** Data to try the application with. */
export interface SeedSettings {
  /** 0600 file whose first line is the password of every demo user. */
  readonly passwordFile: string;
  /** Resources `resource-1` … `resource-<n>`. @default 300 */
  readonly resourceCount?: number;
  /** Users `user-1` … `user-<n>`. @default 4 */
  readonly userCount?: number;
}

export interface Seeded {
  readonly resourcesAdded: number;
  readonly usersAdded: number;
  /** Users that existed and were given the password of the file. */
  readonly passwordsChanged: number;
}

/**
 * Adds what is missing and leaves resources that exist as they are; demo users get the file's password if they have
 * another.
 *
 * @param pool connects as the role `owner`
 * @throws Error when the password file cannot be read or is empty
 */
export async function seed(pool: Pool, settings: SeedSettings): Promise<Seeded> {
  const password = readPasswordFile('passwordFile', settings.passwordFile);
  const { rowCount } = await pool.query(
    `insert into resources (id, name, price_cents)
     select 'resource-' || n, 'Resource ' || n, 100 + (n * 37) % 9900 from generate_series(1, $1::int) as n
     on conflict (id) do nothing`,
    [settings.resourceCount ?? 300],
  );
  const names = Array.from({ length: settings.userCount ?? 4 }, (_, index) => `user-${index + 1}`);
  const users = await Promise.all(names.map((name) => seedUser(pool, name, password)));
  return {
    resourcesAdded: rowCount ?? 0,
    usersAdded: users.filter((change) => change === 'added').length,
    passwordsChanged: users.filter((change) => change === 'changed').length,
  };
}

async function seedUser(pool: Pool, name: string, password: string): Promise<'added' | 'changed' | 'unchanged'> {
  const user = await findUserByName(pool, name);
  if (user === undefined) return (await createUser(pool, name, password)) === undefined ? 'unchanged' : 'added';
  if ((await verifyCredentials(pool, name, password)) !== undefined) return 'unchanged';
  await setPassword(pool, user.id, password);
  return 'changed';
}
