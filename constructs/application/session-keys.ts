/** The keys that sessions are protected with, generated where the environment keeps its passwords. */
import { Construct } from 'constructs';
import { secretNames } from '../aws/secret-names';
import type { PasswordGroup } from '../passwords/password-store';
import { shortDigest, type SecretPlan, type SecretSource } from './secret-sources';

export interface SessionKeysProps {
  /** The current key first. */
  readonly names: readonly string[];
  readonly passwords: PasswordGroup;
}

/** What keys are for; one of each purpose is no key of another. */
const purposes = ['encryption', 'signing'] as const;

/** Letters and digits that are 32 bytes in base64url: 250 bits of chance and more. */
const keyLength = 43;

/** Key of the Secret that holds the file. */
export const sessionKeysFile = 'session-keys.json';

/**
 * Two secrets for each name, and the plan of the Secret with the file that the api reads. Its name changes with the list,
 * so that no pod starts with another list than it was deployed with.
 */
export class SessionKeys extends Construct {
  readonly plan: SecretPlan;

  constructor(scope: Construct, id: string, { names, passwords }: SessionKeysProps) {
    super(scope, id);
    const values: Record<string, SecretSource> = {};
    for (const name of names) {
      for (const purpose of purposes) {
        const { current } = passwords.generate(this, `${name}-${purpose}`, {
          name: secretNames.sessionKey(purpose, name),
          description: `Key '${name}' for the ${purpose} of sessions`,
          username: name,
          generation: 1,
          passwordLength: keyLength,
        });
        values[variable(purpose, names.indexOf(name))] = current;
      }
    }
    this.plan = {
      name: `session-keys-${shortDigest(names)}`,
      values,
      texts: { [sessionKeysFile]: template(names) },
      isFinal: true,
    };
  }
}

/** Templates know variables of letters, digits and underscores. */
const variable = (purpose: string, index: number) => `${purpose}_${index}`;

/** The file, with variables in place of keys. */
function template(names: readonly string[]): string {
  const keysOf = (purpose: string) =>
    names.map((name, index) => ({ id: name, key: `{{ .${variable(purpose, index)} }}` }));
  return JSON.stringify(Object.fromEntries(purposes.map((purpose) => [purpose, keysOf(purpose)])));
}
