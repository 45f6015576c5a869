/** The API of Kubernetes as a pod calls it: by HTTPS, with the token of a service account. */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';

/** What the API server answered other than what was asked for. */
export class ApiError extends Error {
  readonly status: number;

  constructor(method: string, path: string, status: number, message: string) {
    super(`${method} ${path}: ${status} ${message}`);
    this.status = status;
  }
}

export interface ApiAccess {
  readonly host: string;
  readonly port: number;
  /** Certificates of the authority of the API server, PEM. */
  readonly certificateAuthority: string;
  /** Asked for before each request: tokens change. */
  readonly token: () => string;
}

/** Milliseconds until a request without an answer has failed. */
const timeoutMilliseconds = 10_000;

const mediaType = 'application/json';

export class KubernetesApi {
  readonly #access: ApiAccess;
  readonly #agent: Agent;

  constructor(access: ApiAccess) {
    this.#access = access;
    this.#agent = new Agent({ keepAlive: true, ca: access.certificateAuthority });
  }

  /** The same server, called by another identity, whose server is known by a certificate of its own choice. */
  as(token: string, certificateAuthority: string): KubernetesApi {
    return new KubernetesApi({ ...this.#access, certificateAuthority, token: () => token });
  }

  /** @throws ApiError */
  get(path: string): Promise<unknown> {
    return this.#call('GET', path);
  }

  /** Undefined if there is no such object. @throws ApiError for anything else */
  async find(path: string): Promise<unknown> {
    try {
      return await this.get(path);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** @throws ApiError */
  create(path: string, body: object): Promise<unknown> {
    return this.#call('POST', path, body);
  }

  /** @throws ApiError, of status 409 if the object has changed since it was read */
  replace(path: string, body: object): Promise<unknown> {
    return this.#call('PUT', path, body);
  }

  /** Closes connections that are kept. */
  close(): void {
    this.#agent.destroy();
  }

  #call(method: string, path: string, body?: object): Promise<unknown> {
    const { host, port, token } = this.#access;
    return new Promise((resolve, reject) => {
      const call = request(
        {
          ...{ host, port, method, path, agent: this.#agent, timeout: timeoutMilliseconds },
          headers: {
            accept: mediaType,
            authorization: `Bearer ${token()}`,
            ...(body !== undefined && { 'content-type': mediaType }),
          },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(parts).toString('utf8');
            const status = response.statusCode ?? 0;
            if (status >= 200 && status < 300) resolve(JSON.parse(text));
            else reject(new ApiError(method, path, status, messageIn(text)));
          });
        },
      );
      call.on('timeout', () => call.destroy(new Error(`${method} ${path}: no answer in ${timeoutMilliseconds} ms`)));
      call.on('error', reject);
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

/** What a `Status` says, and nothing of an object that was sent. */
function messageIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    return typeof message === 'string' ? message : '';
  } catch {
    return '';
  }
}

/** Where Kubernetes mounts a pod's token. */
const mounted = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The API as the pod's own service account. @throws Error if this is no pod with a token */
export function apiOfPod(variables: Readonly<Record<string, string | undefined>>): KubernetesApi {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = variables;
  if (host === undefined || port === undefined) {
    throw new Error('KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set: run it in a pod');
  }
  return new KubernetesApi({
    host,
    port: Number(port),
    certificateAuthority: readFileSync(`${mounted}/ca.crt`, 'utf8'),
    token: () => readFileSync(`${mounted}/token`, 'utf8'),
  });
}
