/** An environment as it would be deployed: all resources of its stacks, and what its constructs declare. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, DefaultTokenResolver, StringConcat, TerraformStack, Tokenization } from 'cdktf';
import type { IConstruct } from 'constructs';
import type { CloudEnvironment } from '../../environments/cloud-environment';
import type { Environment } from '../../environments/environment';
import { addStacks, type Surroundings } from '../../stacks/environment-stacks';
import { unknownPart } from './known-types';
import { resolveStacks, type ResolvedResource } from './resources';
import { readStacks, type StackFile } from './stack-files';

/** What a construct declares of itself, beside its resources. */
export interface Declaration {
  /** Path of the construct, the stack's name first. */
  readonly path: string;
  readonly key: string;
  readonly data: unknown;
}

export interface EnvironmentPlan<Planned extends Environment = CloudEnvironment> {
  readonly environment: Planned;
  /** As CDKTF writes them, with references. */
  readonly stacks: readonly StackFile[];
  readonly resources: readonly ResolvedResource[];
  readonly declarations: readonly Declaration[];
}

/**
 * Synthesizes an environment, without Terraform, credentials or network.
 *
 * @throws ViolationsError if its settings are wrong; Error if a reference can't be resolved
 */
export function planEnvironment<Planned extends Environment>(
  environment: Planned,
  surroundings: Surroundings,
): EnvironmentPlan<Planned> {
  const folder = mkdtempSync(path.join(tmpdir(), 'environment-plan-'));
  try {
    const app = new App({ outdir: folder, skipValidation: true });
    addStacks(app, environment, surroundings);
    // Before the synthesis: what they refer to in other stacks has to be handed on by those.
    const declared = declarationsOf(app);
    app.synth();
    const stacks = readStacks(folder);
    const resolved = resolveStacks(stacks);
    refuseUnknownParts(resolved.resources);
    const declarations = declared.map((declaration) => {
      const [stack = ''] = declaration.path.split('/');
      return { ...declaration, data: resolved.resolve(stack, declaration.data, declaration.path) };
    });
    return { environment, stacks, resources: resolved.resources, declarations };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What no check reads could grant or open anything. Data sources do neither. */
function refuseUnknownParts(resources: readonly ResolvedResource[]): void {
  const problems = resources
    .filter(({ mode }) => mode === 'managed')
    .flatMap(({ address, type, values }) => {
      const problem = unknownPart(type, values);
      return problem === undefined ? [] : [`${address}: ${problem}`];
    });
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

/** Metadata of our own in the tree of constructs; references are those that Terraform would read. */
function declarationsOf(app: App): readonly Declaration[] {
  const ofConstruct = (construct: IConstruct) =>
    construct.node.metadata
      .filter(({ type }) => type.startsWith('redis-platform:'))
      .map(({ type, data }) => ({ path: construct.node.path, key: type, data: resolveTokens(construct, data) }));
  return app.node.findAll().flatMap(ofConstruct);
}

function resolveTokens(scope: IConstruct, data: unknown): unknown {
  return Tokenization.resolve(data, {
    scope: TerraformStack.of(scope),
    preparing: false,
    resolver: new DefaultTokenResolver(new StringConcat()),
  }) as unknown;
}
