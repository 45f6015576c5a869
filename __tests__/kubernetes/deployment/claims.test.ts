/** What a deployment does for pods whose claims were missing, with a kubectl that notes how it was called. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { namespacesOfNewClaims, retryPods } from '../../../kubernetes/deployment/claims';
import { Kubectl } from '../../../kubernetes/deployment/kubectl';

let folder: string;
const file = (name: string) => path.join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'claims-'));
  writeFileSync(
    file('kubectl'),
    `#!/usr/bin/env node
const words = process.argv.slice(3);
if (words[0] === 'annotate') require('fs').appendFileSync(${JSON.stringify(file('calls'))}, words.join(' ') + '\\n');
else if (words[1] === 'statefulsets') console.log(JSON.stringify({ items: [{ metadata: { name: 'redis' } }] }));
else if (words[2] === 'there') console.log('{}');
`,
  );
  chmodSync(file('kubectl'), 0o755);
});

afterEach(() => rmSync(folder, { recursive: true }));

const kubectl = () => new Kubectl('kubeconfig', file('kubectl'));
const object = (kind: string, name: string, namespace: string) => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace },
});

test('only claims that are missing are new', async () => {
  const objects = [
    object('PersistentVolumeClaim', 'there', 'kept'),
    object('PersistentVolumeClaim', 'missing-0', 'redis'),
    object('PersistentVolumeClaim', 'missing-1', 'redis'),
    object('ConfigMap', 'missing', 'others'),
  ];
  expect(await namespacesOfNewClaims(kubectl(), objects)).toEqual(['redis']);
});

test('StatefulSets of a namespace are changed, so that their controller looks at once', async () => {
  await retryPods(kubectl(), 'redis');
  expect(existsSync(file('calls')) && readFileSync(file('calls'), 'utf8')).toMatch(
    /^annotate statefulset\/redis --namespace=redis redis-platform\/claim-made=\d{4}-\S+Z --overwrite\n$/,
  );
});
