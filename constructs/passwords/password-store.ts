/** Where generated passwords of an environment are kept. None is in a plan, a state or on a machine that deploys. */
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import type { SecretSource } from '../application/secret-sources';

export interface PasswordProps {
  /** One of `secretNames`: parts with `/` between them. */
  readonly name: string;
  readonly description: string;
  /** User that the password is for. */
  readonly username: string;
  /** A higher number makes a new password. */
  readonly generation: number;
  /** Letters and digits of the password. @default 40 */
  readonly passwordLength?: number;
}

/** A password and the one before it. */
export interface StoredPassword {
  readonly current: SecretSource;
  /** Exists from the second generation on. */
  readonly previous: SecretSource;
}

/** Passwords of one part of an environment. */
export interface PasswordGroup {
  /** Generates a password. @param id child id: a state address where the store has a resource for each password */
  generate(scope: Construct, id: string, props: PasswordProps): StoredPassword;
  /** Completes the group. @returns what has to exist before its passwords can be read */
  complete(dependsOn: readonly ITerraformDependable[]): readonly ITerraformDependable[];
}

export interface PasswordGroupProps {
  /** `redis` or `application`, say. */
  readonly name: string;
  readonly description: string;
  /** Whether Terraform refuses to destroy the passwords. */
  readonly preventDestroy: boolean;
}

/** Opens a group of passwords below a construct. */
export type PasswordStore = (scope: Construct, props: PasswordGroupProps) => PasswordGroup;

/** Letters and digits: 62^40 passwords, and nothing that a URL or a shell reads as something else. */
export const defaultPasswordLength = 40;
