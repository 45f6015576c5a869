/** How the double's routes get requests and give answers. */
import type { IncomingHttpHeaders } from 'node:http';

export interface DoubleRequest {
  /** The process that was asked. */
  readonly instance: string;
  /** What the route's pattern captured. */
  readonly parameters: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface DoubleAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is, anything else as JSON. */
  readonly body?: unknown;
}

/** `nothing`: the request is never answered; `cut`: its connection is. */
export type DoubleOutcome = DoubleAnswer | 'nothing' | 'cut';

export interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly answer: (request: DoubleRequest) => DoubleOutcome | Promise<DoubleOutcome>;
}

export function problem(status: number, title: string, headers: Readonly<Record<string, string>> = {}): DoubleAnswer {
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: { type: 'about:blank', title, status, detail: title },
  };
}
