/** Errors of the evaluator: what it can't read exactly is refused, and is neither a yes nor a no. */

/** Where in a policy: its name, and the sid of the statement (`#2` for the second statement without a sid). */
export interface StatementLocation {
  readonly policy: string;
  /** @default - the document as a whole */
  readonly sid?: string;
}

/** A policy that is malformed, or has something whose effect AWS doesn't document. */
export class PolicyError extends Error {
  readonly policy: string;
  readonly sid: string | undefined;
  /** Path in the statement or document, such as `Condition.StringEquals.aws:SourceAccount`. */
  readonly element: string;

  constructor({ policy, sid }: StatementLocation, element: string, problem: string) {
    super(`Policy '${policy}'${sid === undefined ? '' : `, statement '${sid}'`}, ${element}: ${problem}`);
    this.name = 'PolicyError';
    this.policy = policy;
    this.sid = sid;
    this.element = element;
  }
}

/** A request that is malformed or says too little to be decided. */
export class RequestError extends Error {
  /** Field of the request or of the policies with it, such as `resource` or `context.aws:ResourceAccount`. */
  readonly field: string;

  constructor(field: string, problem: string) {
    super(`Request, ${field}: ${problem}`);
    this.name = 'RequestError';
    this.field = field;
  }
}
