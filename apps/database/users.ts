import { randomUUID } from 'node:crypto';
import { hashPassword, verifyPassword } from './password-hash';
import type { Queryable } from './pool';

export interface User {
  readonly id: string;
  readonly name: string;
}

interface UserWithHash extends User {
  readonly passwordHash: string;
}

/** Hash of a password nobody has: verified against when there is no user, which then costs as much as a wrong password. */
let nobodysHash: Promise<string> | undefined;

/**
 * Adds a user. Needs the role `owner`: programs read users only.
 *
 * @returns undefined when the name is taken
 */
export async function createUser(database: Queryable, name: string, password: string): Promise<User | undefined> {
  const { rows } = await database.query<User>(
    'insert into users (id, name, password_hash) values ($1, $2, $3) on conflict (name) do nothing returning id, name',
    [randomUUID(), name, await hashPassword(password)],
  );
  return rows[0];
}

/** Needs the role `owner`. */
export async function setPassword(database: Queryable, userId: string, password: string): Promise<void> {
  await database.query('update users set password_hash = $2 where id = $1', [userId, await hashPassword(password)]);
}

export async function findUserByName(database: Queryable, name: string): Promise<User | undefined> {
  const user = await findWithHash(database, name);
  return user && { id: user.id, name: user.name };
}

/** The user with this name and password, or undefined: in the same time whether the name or the password is wrong. */
export async function verifyCredentials(
  database: Queryable,
  name: string,
  password: string,
): Promise<User | undefined> {
  nobodysHash ??= hashPassword(randomUUID());
  const user = await findWithHash(database, name);
  const valid = await verifyPassword(password, user?.passwordHash ?? (await nobodysHash));
  return user && valid ? { id: user.id, name: user.name } : undefined;
}

async function findWithHash(database: Queryable, name: string): Promise<UserWithHash | undefined> {
  const { rows } = await database.query<UserWithHash>({
    name: 'find-user',
    text: 'select id, name, password_hash as "passwordHash" from users where name = $1',
    values: [name],
  });
  return rows[0];
}
