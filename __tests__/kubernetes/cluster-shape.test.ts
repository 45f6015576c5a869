import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadEnvironment } from '../../environments/index';
import { clusterShape, imageOptions } from '../../kubernetes/cluster-shape';

const shapeOf = (name: string) => clusterShape(loadEnvironment(name, {}));

test('a node for each pod of Redis, and one more in each zone where these take nothing else', () => {
  expect(shapeOf('kubernetes')).toMatchObject({ nodes: 6, dedicatedNodes: 0 });
  expect(shapeOf('staging')).toMatchObject({ nodes: 9, dedicatedNodes: 6 });
  expect(shapeOf('development')).toMatchObject({ nodes: 6, dedicatedNodes: 3 });
});

test('images of Traefik and KEDA are built where an environment has them, and their charts are at hand', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'charts-'));
  try {
    expect(imageOptions(shapeOf('staging'))).toEqual(['--monitoring']);
    expect(imageOptions(shapeOf('staging'), folder)).toEqual(['--monitoring']);
    for (const chart of ['traefik', 'keda']) mkdirSync(path.join(folder, chart));
    expect(imageOptions(shapeOf('staging'), folder)).toEqual(['--monitoring', '--cluster-services']);
    expect(imageOptions(shapeOf('kubernetes'), folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
