/** Rights that charts of other makers render, where the folder that `CHARTS` names has them and Helm is there. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { ChartRights } from '../../review/rights/kubernetes/environment-rights';
import { rbacObjectsOf } from '../../review/rights/kubernetes/manifests';
import type { RbacObjects } from '../../review/rights/kubernetes/rbac-objects';

const { CHARTS: folder = '', HELM: helm = 'helm' } = process.env;

const rendered = new Map<string, RbacObjects>();

/** Renders each release once. `HELM` names the program. @throws Error with Helm's output if it fails */
export const renderedRights: ChartRights = (id, release) => {
  const objects = rendered.get(id) ?? render(release);
  rendered.set(id, objects);
  return objects;
};

function render({ name, namespace, chart, values }: Parameters<ChartRights>[1]): RbacObjects {
  if (folder === '') throw new Error('CHARTS is not set: name the folder with charts of other makers');
  const text = execFileSync(
    helm,
    ['template', name, path.join(folder, chart), '--namespace', namespace, '--values', '-', '--kube-version', '1.35.0'],
    { input: JSON.stringify(values), encoding: 'utf8', maxBuffer: 64 * 1_024 * 1_024 },
  );
  // Definitions of kinds are megabytes, and hold no rights.
  const documents = text
    .split(/^---$/m)
    .filter((document) => /^kind: .*(?:Role|Binding|ServiceAccount)$/m.test(document));
  const manifests = documents.flatMap((document) =>
    parseAllDocuments(document).map((parsed) => parsed.toJS() as unknown),
  );
  return rbacObjectsOf(manifests, { origin: `chart ${chart}`, namespace });
}
