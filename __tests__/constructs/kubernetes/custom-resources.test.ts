import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { CustomResources, type KubernetesObject } from '../../../constructs/kubernetes/custom-resources';
import { resourceOf, synthesizeConstruct } from '../../support/synthesized-construct';

const objects: readonly KubernetesObject[] = [
  { apiVersion: 'cert-manager.io/v1', kind: 'Issuer', metadata: { name: 'a' }, spec: { selfSigned: {} } },
  { apiVersion: 'cert-manager.io/v1', kind: 'Issuer', metadata: { name: 'b', namespace: 'shop' }, spec: {} },
];

const release = () =>
  resourceOf(
    synthesizeConstruct((stack) => {
      new CustomResources(stack, 'issuers', { name: 'issuers', namespace: 'shop', objects, dependsOn: [] });
    }),
    'helm_release',
  );

test('the objects are the values of a chart that goes with the synthesis', () => {
  const { chart, values, namespace } = release();
  expect(namespace).toBe('shop');
  expect(chart).toMatch(/^assets\/[^/]+\/[0-9A-F]{32}$/);
  expect((values as string[]).map((value) => JSON.parse(value) as unknown)).toEqual([{ objects }]);
});

test('the chart is a range over its values, and nothing else', () => {
  const folder = path.join(__dirname, '../../../constructs/kubernetes/custom-resources-chart');
  expect(readdirSync(folder, { recursive: true }).map(String).sort()).toEqual([
    'Chart.yaml',
    'templates',
    'templates/objects.tpl',
    'values.yaml',
  ]);
  expect(readFileSync(path.join(folder, 'templates/objects.tpl'), 'utf8')).toBe(
    ['{{- range .Values.objects }}', '---', '{{ toYaml . }}', '{{- end }}', ''].join('\n'),
  );
});
