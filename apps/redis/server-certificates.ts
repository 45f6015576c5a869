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
  const found = await Promise.all(serversOf(client).map(expiryOf));
  return new Map(found.filter((entry) => entry !== undefined));
}

interface Server {
  readonly host: string;
  readonly port: number;
}

/** Of a cluster those that it tells of, since nobody is connected with a replica; else the one at the other end. */
function serversOf(client: RedisClient): readonly Server[] {
  if (!(client instanceof Cluster)) return serverOfSocket(client.stream);
  return client
    .nodes('all')
    .flatMap(({ options: { host, port, tls } }) =>
      host === undefined || port === undefined || tls === undefined ? [] : [{ host, port }],
    );
}

function serverOfSocket(socket: Socket | undefined): readonly Server[] {
  if (!(socket instanceof TLSSocket)) return [];
  const { remoteAddress: host, remotePort: port } = socket;
  return host === undefined || port === undefined ? [] : [{ host, port }];
}

function expiryOf({ host, port }: Server): Promise<readonly [string, number] | undefined> {
  return new Promise((resolve) => {
    // Nothing is said over this connection, and an expired certificate is what it is to find: it is not verified.
    const probe = connect({ host, port, rejectUnauthorized: false, timeout: handshakeMilliseconds }, () => {
      const expiry = Date.parse(probe.getPeerCertificate().valid_to);
      probe.destroy();
      resolve(Number.isNaN(expiry) ? undefined : [`${host}:${port}`, expiry]);
    });
    const giveUp = () => {
      probe.destroy();
      resolve(undefined);
    };
    probe.once('timeout', giveUp);
    probe.once('error', giveUp);
  });
}
