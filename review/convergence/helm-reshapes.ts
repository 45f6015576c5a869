/** What the provider for Helm reads back otherwise than it was written. */
import { refusedTexts } from './argument-paths';
import type { Reshape } from './reshape';

/** A whole version of Semantic Versioning, with or without the letter that the provider ignores. */
const exactVersion = /^v?\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/;

export const helmReshapes: readonly Reshape[] = [
  {
    name: 'chart-versions',
    provider: 'helm 3.1.1',
    types: ['helm_release'],
    path: 'version',
    reads: 'the version of the chart that was installed; a range or a part of a version ends in an error',
    source: 'helm/resource_helm_release.go setReleaseAttributes, ModifyPlan',
    remedy: 'Name the whole version of the chart',
    violations: (resource) => refusedTexts(resource, ['version'], (version) => !exactVersion.test(version)),
  },
];
