/** What docs/guides/deploy-to-aws.md says in words and tables, as far as tests follow or compare it. */
import { readGuide } from './guide-commands';

export const deploymentGuide = 'docs/guides/deploy-to-aws.md';

/** Stacks in the guide's table with what each depends on, without the environment before their names. */
export const stackTable = (): readonly { readonly stack: string; readonly dependsOn: readonly string[] }[] =>
  [...readGuide(deploymentGuide).matchAll(/^\| `production-(\S+)` +\|[^|]*\|([^|]*)\|/gm)].map(
    ([, stack = '', others = '']) => ({
      stack,
      dependsOn: others
        .split(',')
        .map((other) => other.trim())
        .filter(Boolean),
    }),
  );

/** Sections in "Set `destruction: …` in `platform`, …, and deploy". */
export function sectionsToAllow(): readonly string[] {
  const sentence = /Set `destruction: [^`]*` in ((?:`\w+`(?:, | and )?)+), and deploy/.exec(readGuide(deploymentGuide));
  return [...(sentence?.[1] ?? '').matchAll(/`(\w+)`/g)].map(([, section = '']) => section);
}

/** Secrets that the guide of observability makes for receivers of alerts. */
export function receiverSecrets(): readonly string[] {
  const [, names = ''] = /^for name in (.+); do$/m.exec(readGuide('docs/guides/observability.md')) ?? [];
  return names.split(' ');
}
