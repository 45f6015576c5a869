/** Reads and writes resources; every run makes up its own. */
import type { Answer, ApiRequest } from './api';
import type { CheckContext } from './check';
import { expectStatus, readBody, resourceShape, type Resource } from './contract';
import { Unexpected } from './unexpected';

/** How an answer came about; `X-Cache`. */
export type CacheResult = 'local' | 'hit' | 'miss' | 'shared' | 'negative' | 'bypass';

const cacheResults: readonly string[] = ['local', 'hit', 'miss', 'shared', 'negative', 'bypass'];

/** What a `PUT` sets. */
export interface ResourceInput {
  readonly name: string;
  readonly priceCents: number;
  readonly available?: boolean;
}

export const resourceInput: ResourceInput = { name: 'Exercise', priceCents: 1_250 };

/** The id of a resource of this run. */
export function resourceId({ runId }: CheckContext, purpose: string): string {
  return `exercise-${runId}-${purpose}`;
}

export function resourceRequest(id: string): ApiRequest & { readonly path: string } {
  return { path: `/resources/${id}` };
}

/** Makes a resource of this run. */
export async function createResource(
  context: CheckContext,
  purpose: string,
  input: ResourceInput = resourceInput,
): Promise<{ readonly resource: Resource; readonly answer: Answer }> {
  const answer = await putResource(context, resourceId(context, purpose), input);
  context.leaves('resource', 1);
  return { resource: readBody(answer, 201, resourceShape), answer };
}

/** @throws Unexpected unless the resource existed */
export async function updateResource(
  context: CheckContext,
  id: string,
  input: ResourceInput,
): Promise<{ readonly resource: Resource; readonly answer: Answer }> {
  const answer = await putResource(context, id, input);
  return { resource: readBody(answer, 200, resourceShape), answer };
}

/** @throws Unexpected unless it is there */
export async function readResource(context: CheckContext, instance: string, id: string): Promise<Resource> {
  return readBody(await context.api.sendTo(instance, resourceRequest(id)), 200, resourceShape);
}

/** @throws Unexpected if the answer does not say it */
export function cacheResult(answer: Answer): CacheResult {
  expectStatus(answer, 200, 404);
  const value = answer.headers['x-cache'];
  if (typeof value === 'string' && cacheResults.includes(value)) return value as CacheResult;
  throw new Unexpected(`GET ${answer.url.pathname} with X-Cache`, value === undefined ? 'none' : `'${String(value)}'`);
}

/** Whether the database was asked for this answer. */
export function isLoad(result: CacheResult): boolean {
  return result === 'miss' || result === 'bypass';
}

async function putResource(context: CheckContext, id: string, input: ResourceInput): Promise<Answer> {
  const { token } = await context.logins.current();
  return context.api.send({ method: 'PUT', path: `/resources/${id}`, token, body: input });
}
