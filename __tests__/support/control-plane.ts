/**
 * An API server of Kubernetes with role-based access control, started from the folder that `KUBERNETES_CONTROL_PLANE`
 * names. Tests that need it are skipped elsewhere, and say so.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request as send } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AccessRequest, Caller } from '../../review/rights/kubernetes/evaluator';

const { KUBERNETES_CONTROL_PLANE: folder = '' } = process.env;

/** `test`, or what skips it with a warning where there is no control plane. */
export const controlPlaneTest: jest.It = folder === '' ? skipLoudly() : test;

function skipLoudly(): jest.It {
  console.warn('KUBERNETES_CONTROL_PLANE is not set: the tests of rights against an API server are SKIPPED.');
  return test.skip;
}

export interface ControlPlane {
  /** Runs kubectl as an administrator. @param input its standard input */
  kubectl(input: string, ...options: readonly string[]): string;
  /** Whether a caller may; asked in the caller's name, as `kubectl auth can-i --as` does. */
  allows(caller: Pick<Caller, 'user'>, request: AccessRequest): Promise<boolean>;
  stop(): void;
}

/** @throws Error if it doesn't start, such as when its ports are taken */
export function startControlPlane(): ControlPlane {
  const run = path.join(mkdtempSync(path.join(tmpdir(), 'control-plane-')), 'run');
  execFileSync(path.join(folder, 'up.sh'), [run], { stdio: ['ignore', 'ignore', 'pipe'] });
  const kubeconfig = path.join(run, 'kubeconfig');
  const text = readFileSync(kubeconfig, 'utf8');
  const [, server = ''] = /server: "?(https:[^"}\s]+)/.exec(text) ?? [];
  const [, token = ''] = /token: (\w+)/.exec(text) ?? [];
  const agent = new Agent({ keepAlive: true, maxSockets: 8, rejectUnauthorized: false });
  return {
    kubectl: (input, ...options) =>
      execFileSync('kubectl', ['--kubeconfig', kubeconfig, ...options], {
        input,
        encoding: 'utf8',
        maxBuffer: 64 * 1_024 * 1_024,
      }),
    allows: (caller, request) => ask({ server, token, agent }, caller, request),
    stop: () => {
      agent.destroy();
      execFileSync(path.join(folder, 'down.sh'), [run]);
      rmSync(path.dirname(run), { recursive: true, force: true });
    },
  };
}

interface Server {
  readonly server: string;
  readonly token: string;
  readonly agent: Agent;
}

function ask(
  { server, token, agent }: Server,
  { user }: Pick<Caller, 'user'>,
  request: AccessRequest,
): Promise<boolean> {
  const body = JSON.stringify({
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: attributesOf(request),
  });
  const headers = {
    authorization: `Bearer ${token}`,
    'impersonate-user': user,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  const url = `${server}/apis/authorization.k8s.io/v1/selfsubjectaccessreviews`;
  return new Promise((resolve, reject) => {
    const sent = send(url, { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode === 201) resolve((JSON.parse(text) as { status: { allowed: boolean } }).status.allowed);
        else reject(new Error(`${url}: ${response.statusCode ?? ''} ${text}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function attributesOf(request: AccessRequest) {
  if ('nonResourceURL' in request) {
    return { nonResourceAttributes: { verb: request.verb, path: request.nonResourceURL } };
  }
  const { resource: whole, ...others } = request;
  const [resource, subresource] = whole.split('/');
  return { resourceAttributes: { ...others, resource, ...(subresource !== undefined && { subresource }) } };
}
