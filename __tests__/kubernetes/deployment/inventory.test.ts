import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removalSteps } from '../../../kubernetes/deployment/destroy';
import { Inventory } from '../../../kubernetes/deployment/inventory';
import type { Manifest } from '../../../kubernetes/deployment/manifests/manifest';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'inventory-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const object = (kind: string, name: string, namespace?: string, apiVersion = 'v1'): Manifest => ({
  ...{ apiVersion, kind },
  metadata: { name, ...(namespace !== undefined && { namespace }) },
});

const applied = [
  object('CustomResourceDefinition', 'things.example.com'),
  object('StorageClass', 'disk'),
  object('Namespace', 'one'),
  object('Secret', 'secret', 'one'),
  object('Role', 'elsewhere', 'kube-system'),
  object('PersistentVolume', 'volume'),
];

test('what was noted is there for the next run, each object once, and for nobody else to read', () => {
  const first = new Inventory(folder, 'staging');
  first.note(applied.slice(0, 3));
  first.note(applied);
  const second = new Inventory(folder, 'staging');
  expect(second.objects).toEqual(first.objects);
  expect(second.objects.map(({ name }) => name)).toEqual(applied.map(({ metadata }) => metadata.name));
  expect(statSync(path.join(folder, 'objects.json')).mode & 0o077).toBe(0);
});

test("another environment's folder is refused", () => {
  new Inventory(folder, 'staging').note(applied);
  expect(() => new Inventory(folder, 'development')).toThrow(
    /is of the environment staging: name another folder for development, or destroy that one first/,
  );
});

test('namespaces go first, with all that is in them; definitions go last', () => {
  const inventory = new Inventory(folder, 'staging');
  inventory.note(applied);
  const steps = removalSteps(inventory.objects).map((step) => step.map(({ name }) => name));
  expect(steps).toEqual([['one'], ['volume', 'elsewhere', 'disk'], ['things.example.com']]);
});
