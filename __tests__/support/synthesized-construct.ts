/** What constructs put into a stack, as Terraform reads it. */
import { Testing, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { AwsAccount } from '../../constructs/aws/account';
import { withoutTokenTraces } from './token-traces';

/** The account of tests. */
export const testAccount: AwsAccount = {
  environment: 'test',
  accountId: '111122223333',
  region: 'eu-central-1',
  tags: { team: 'platform' },
};

/** One resource's arguments. */
export type Arguments = Readonly<Record<string, unknown>>;

/** Configuration of a stack: resources by type and name. */
export interface Configuration {
  readonly terraform?: { readonly backend?: Readonly<Record<string, Arguments>> };
  readonly provider?: Readonly<Record<string, readonly Arguments[]>>;
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Arguments>>>>;
  readonly output?: Readonly<Record<string, Arguments>>;
}

/** Synthesizes the stack that `make` makes. */
export function synthesizeStack(make: (scope: Construct) => TerraformStack): Configuration {
  return JSON.parse(withoutTokenTraces(() => Testing.synth(make(Testing.app())))) as Configuration;
}

/** Synthesizes what `build` puts into a stack named `stack`. */
export function synthesizeConstruct(build: (scope: Construct) => void): Configuration {
  return synthesizeStack((app) => {
    const stack = new TerraformStack(app, 'stack');
    build(stack);
    return stack;
  });
}

/** All resources of a type, by name. */
export function resourcesOf({ resource }: Configuration, type: string): Readonly<Record<string, Arguments>> {
  return resource?.[type] ?? {};
}

/** The only resource of a type. @throws Error unless there is exactly one */
export function resourceOf(configuration: Configuration, type: string): Arguments {
  const [only, ...others] = Object.values(resourcesOf(configuration, type));
  if (only === undefined || others.length > 0)
    throw new Error(`expected one ${type}, found ${others.length + (only ? 1 : 0)}`);
  return only;
}

/** A statement of a policy, as AWS reads it. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: readonly string[];
  readonly Resource?: readonly string[];
  readonly Condition?: unknown;
}

/** Statements of a policy by sid. */
export function statementsOf(policy: unknown): Readonly<Record<string, Statement>> {
  const { Statement } = JSON.parse(String(policy)) as { readonly Statement: readonly Statement[] };
  return Object.fromEntries(Statement.map((statement) => [statement.Sid, statement]));
}

/** The message of what `action` throws; empty if it throws nothing. */
export function messageOf(action: () => unknown): string {
  try {
    action();
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
