/** Requests and subjects in words, for reviewers. */
import type { AccessRequest } from './evaluator';

/** `get secrets/app in redis`, `list pods in all namespaces`, `get /metrics`. */
export function requestText(request: AccessRequest): string {
  if ('nonResourceURL' in request) return `${request.verb} ${request.nonResourceURL}`;
  const { verb, name, namespace } = request;
  const object = name === undefined ? '' : ` '${name}'`;
  return `${verb} ${resourceText(request)}${object} in ${namespace ?? 'all namespaces'}`;
}

/** `secrets`, `deployments.apps`, `deployments.apps/scale`. */
export function resourceText({ group, resource }: { readonly group: string; readonly resource: string }): string {
  const [kind = '', ...subresource] = resource.split('/');
  return [group === '' ? kind : `${kind}.${group}`, ...subresource].join('/');
}
