/** Checks that ports are free before anything starts. */
import { createServer } from 'node:net';
import { isRunning } from './liveness';
import type { PortsResource } from './resources';

/**
 * Checks every port that no running process of the platform holds.
 *
 * @throws Error with a line for each port that is taken
 */
export async function checkPorts({ directory, ports }: PortsResource): Promise<void> {
  const taken: string[] = [];
  for (const [name, port] of Object.entries(ports)) {
    // `redis-1 bus` belongs to the component `redis-1`.
    const component = name.split(' ')[0] ?? name;
    if (!isRunning(directory, component) && !(await isFree(port))) taken.push(`port ${port} of ${name}`);
  }
  if (taken.length > 0) {
    throw new Error(
      `already in use on 127.0.0.1: ${taken.join(', ')}. ` +
        'End what listens there, or set LOCAL_FIRST_PORT to the first of 50 free ports',
    );
  }
}

/** Whether nothing listens on a port of 127.0.0.1. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve(true)));
  });
}
