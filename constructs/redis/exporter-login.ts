/**
 * How an exporter logs in to the server beside it, by TLS and as its own user, and what it leaves alone.
 *
 * By itself it asks for `CONFIG GET *`, which returns the password of `replica` too; its user may not. Versions before
 * 1.61, that of Debian 12 among them, send `-` in its place, which Redis answers as the unknown command that it is.
 *
 * The user is an option: a user in the address, without a password, is taken for a password (`DialURL` of redigo). The password
 * file has an entry for each address that versions look for: redis_exporter of Debian 12 leaves the user out of it, later ones
 * put it in. Source: `lookupPasswordInPasswordMap` in exporter/redis.go.
 */

/** User of the ACL. */
export const exporterUser = 'exporter';

const hostAndPort = (port: number) => `127.0.0.1:${port}`;

/** Arguments of redis_exporter, but for files. @param port of the server */
export const exporterArguments = (port: number): readonly string[] => [
  `--redis.addr=rediss://${hostAndPort(port)}`,
  `--redis.user=${exporterUser}`,
  '--config-command=-',
];

/** The password file: a JSON object. @param password letters and digits, or what stands for them in a template */
export function exporterPasswordFile(port: number, password: string): string {
  const addresses = [`rediss://${exporterUser}@${hostAndPort(port)}`, `rediss://${hostAndPort(port)}`];
  return `{ ${addresses.map((address) => `"${address}": "${password}"`).join(', ')} }`;
}
