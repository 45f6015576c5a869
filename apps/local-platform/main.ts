/**
 * Carries out one component of the local platform: what the provisioners of the local stacks run.
 *
 *   COMPONENT='{"name":"redis-1",…}' node dist/local-platform.js ensure redis-node
 *   COMPONENT='{"name":"redis-1",…}' node dist/local-platform.js remove redis-node
 *
 * COMPONENT holds settings only; secrets are read from the platform's files. Exit status 1 and one message on stderr
 * if it fails.
 */
import { components } from './components';
import { forgetDeclared, recordDeclared } from './declared';
import type { ResourceKind, Resources } from './resources';

async function carryOut<Kind extends ResourceKind>(
  action: string,
  kind: Kind,
  resource: Resources[Kind],
): Promise<void> {
  const { name, directory } = resource;
  if (action === 'remove') {
    await components[kind].remove(resource);
    forgetDeclared(directory, name);
    return;
  }
  console.log(await components[kind].ensure(resource));
  recordDeclared(directory, {
    name,
    ...('incarnation' in resource ? { incarnation: resource.incarnation } : {}),
    ...(kind === 'redis-node' ? { port: (resource as Resources['redis-node']).node.port } : {}),
  });
}

async function main(): Promise<void> {
  const [action = '', kind = ''] = process.argv.slice(2);
  if (!['ensure', 'remove'].includes(action) || !Object.hasOwn(components, kind)) {
    throw new Error(`usage: ensure|remove ${Object.keys(components).join('|')}, with COMPONENT in the environment`);
  }
  const resource = JSON.parse(process.env.COMPONENT ?? 'null') as Resources[ResourceKind] | null;
  if (!resource) throw new Error('COMPONENT: missing; set it to the component as JSON');
  await carryOut(action, kind as ResourceKind, resource);
}

main().catch((error: unknown) => {
  console.error(`local platform: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
