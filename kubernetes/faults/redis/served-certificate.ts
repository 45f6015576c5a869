/** The certificate that a server presents, whatever its files hold. */
import { connect } from 'node:tls';
import { redisNamespace, redisPorts } from '../../../constructs/bitnami/names';
import type { Kubectl } from '../../deployment/kubectl';

const timeoutMilliseconds = 5_000;

/** Fingerprint of the certificate that the server of a pod presents. @throws Error if it presents none in 5 s */
export async function serverCertificate(kubectl: Kubectl, pod: string): Promise<string> {
  const { status } = await kubectl.get({ apiVersion: 'v1', kind: 'Pod', name: pod, namespace: redisNamespace });
  const { podIP } = (status ?? {}) as { readonly podIP?: string };
  if (podIP === undefined) throw new Error(`the pod ${pod} has no address`);
  return fingerprint(podIP, redisPorts.redis);
}

/** No trust is needed to compare what is presented, and nothing is sent. */
function fingerprint(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, rejectUnauthorized: false, timeout: timeoutMilliseconds }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on('error', reject);
    socket.on('timeout', () =>
      socket.destroy(new Error(`${host}:${port} presents no certificate in ${timeoutMilliseconds} ms`)),
    );
  });
}
