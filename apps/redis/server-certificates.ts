/** Until when the certificates of the servers of a connection are valid. */
import type { Socket } from 'node:net';
import { connect, TLSSocket } from 'node:tls';
import { Cluster } from 'ioredis';
import type { RedisClient } from './client';

/** Longest time a server may take for a handshake, in milliseconds. */
const handshakeMilliseconds = 2_000;

/**
 * Asks every server for its certificate, by a handshake of its own: connections stay for weeks, and know the certificate of
 * their beginning only.
 *
 * @returns milliseconds since 1970 by `host:port`; without servers that are out of reach, or that have no TLS
 */
export async function certificateExpiries(client: RedisClient): Promise<ReadonlyMap<string, number>> {
  const nodes = client instanceof Cluster ? client.nodes('all') : [client];
  const found = await Promise.all(nodes.map(({ stream }) => expiryOfPeer(stream as Socket | undefined)));
  return new Map(found.filter((entry) => entry !== undefined));
}

async function expiryOfPeer(socket: Socket | undefined): Promise<readonly [string, number] | undefined> {
  if (!(socket instanceof TLSSocket)) return undefined;
  const { remoteAddress: host, remotePort: port } = socket;
  if (host === undefined || port === undefined) return undefined;
  const expiry = await expiryOf(host, port);
  return expiry === undefined ? undefined : [`${host}:${port}`, expiry];
}

function expiryOf(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    // Nothing is said over this connection, and an expired certificate is what it is to find: it is not verified.
    const probe = connect({ host, port, rejectUnauthorized: false, timeout: handshakeMilliseconds }, () => {
      const expiry = Date.parse(probe.getPeerCertificate().valid_to);
      probe.destroy();
      resolve(Number.isNaN(expiry) ? undefined : expiry);
    });
    const giveUp = () => {
      probe.destroy();
      resolve(undefined);
    };
    probe.once('timeout', giveUp);
    probe.once('error', giveUp);
  });
}
