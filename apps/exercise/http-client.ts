/** An HTTP client that can have a thousand requests in flight, bounded in time, with connections kept alive. */
import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Unexpected } from './unexpected';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface HttpRequest {
  readonly method: Method;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** On a connection of its own, which a balancer may give to another process. */
  readonly freshConnection: boolean;
  readonly timeoutMilliseconds: number;
}

export interface HttpAnswer {
  readonly method: Method;
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly milliseconds: number;
}

export interface HttpClientOptions {
  /** Certificate authorities to trust instead of the well-known ones, PEM. @default - the well-known ones */
  readonly ca?: string;
  /** Connections to one origin at a time; further requests wait for one. */
  readonly maxSocketsPerOrigin: number;
}

/** Longest answer that is read, in bytes. */
const maxAnswerBytes = 8 * 1024 * 1024;

const remedies: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: nothing listens there; start the api or correct the URL',
  ECONNRESET: 'connection reset before the answer was complete',
  ENOTFOUND: 'no such host; correct the URL',
  EAI_AGAIN: 'the host name could not be looked up; check the name service or correct the URL',
  EHOSTUNREACH: 'the host cannot be reached from here; check the network or correct the URL',
  ENETUNREACH: 'the host cannot be reached from here; check the network or correct the URL',
  EPROTO: 'no TLS there; use http:// if the api speaks plain HTTP',
  ERR_SSL_WRONG_VERSION_NUMBER: 'no TLS there; use http:// if the api speaks plain HTTP',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'no TLS there; use http:// if the api speaks plain HTTP',
  ERR_TLS_CERT_ALTNAME_INVALID: "the certificate is another host's; use a URL that it names",
  CERT_HAS_EXPIRED: 'the certificate has expired; renew it',
  EMFILE: 'too many open files; raise the limit (ulimit -n) or lower --stampede',
};

const untrusted = /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_[A-Z_]+)$/;

/** Sends requests until it is closed. */
export class HttpClient {
  readonly #kept: { readonly http: HttpAgent; readonly https: HttpsAgent };
  readonly #fresh: { readonly http: HttpAgent; readonly https: HttpsAgent };
  readonly #open = new Set<ClientRequest>();
  #closedBecause: Error | undefined;

  constructor({ ca, maxSocketsPerOrigin }: HttpClientOptions) {
    const kept = { keepAlive: true, maxSockets: maxSocketsPerOrigin, maxFreeSockets: maxSocketsPerOrigin };
    const tls = ca === undefined ? {} : { ca };
    this.#kept = { http: new HttpAgent(kept), https: new HttpsAgent({ ...kept, ...tls }) };
    this.#fresh = { http: new HttpAgent(), https: new HttpsAgent(tls) };
  }

  /**
   * @throws Unexpected naming the request, what went wrong and the remedy; the reason of the close when the client is
   *   closed before the answer has come
   */
  send(request: HttpRequest): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#closedBecause) {
        reject(this.#closedBecause);
        return;
      }
      const startedAt = performance.now();
      let answered = false;
      const sent = this.#start(request);
      const timer = setTimeout(() => sent.destroy(new TimedOut()), request.timeoutMilliseconds);
      this.#open.add(sent);
      const fail = (error: Error) => reject(this.#closedBecause ?? explain(request, error));
      sent.once('close', () => {
        clearTimeout(timer);
        this.#open.delete(sent);
        if (!answered) fail(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
      });
      sent.on('error', fail);
      sent.once('response', (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes > maxAnswerBytes) sent.destroy(new Error(`an answer of more than ${maxAnswerBytes} bytes`));
        });
        response.once('error', fail);
        response.once('end', () => {
          answered = true;
          const { method, url } = request;
          const { statusCode: status = 0, headers } = response;
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ method, url, status, headers, text, milliseconds: performance.now() - startedAt });
        });
      });
      sent.end(request.body);
    });
  }

  /** Ends every connection; what is in flight or comes later fails with the reason. */
  close(reason: Error): void {
    this.#closedBecause ??= reason;
    for (const request of this.#open) request.destroy(reason);
    for (const agent of [this.#kept.http, this.#kept.https, this.#fresh.http, this.#fresh.https]) agent.destroy();
  }

  #start({ method, url, headers, freshConnection }: HttpRequest): ClientRequest {
    const agents = freshConnection ? this.#fresh : this.#kept;
    return url.protocol === 'https:'
      ? httpsRequest(url, { method, headers, agent: agents.https })
      : httpRequest(url, { method, headers, agent: agents.http });
  }
}

class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

function explain({ method, url, timeoutMilliseconds }: HttpRequest, error: NodeJS.ErrnoException): Unexpected {
  if (error instanceof TimedOut) {
    return new Unexpected(
      `${method} ${url.pathname} answered within ${timeoutMilliseconds / 1_000} s`,
      `no answer from ${url.origin}`,
    );
  }
  const code = error.code ?? '';
  const remedy = untrusted.test(code)
    ? 'the certificate is signed by an authority unknown here; name its file with --ca-file'
    : (remedies[code] ?? (error.message || code));
  return new Unexpected(`an answer to ${method} ${url.pathname}`, `${url.origin}: ${remedy}`);
}
