/** JSON objects as text or value, with duplicate keys refused. */
import { PolicyError } from './policy-error';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads a policy document.
 *
 * @throws PolicyError if it is no JSON object, or an object in it has a key twice. `JSON.parse` would take the last silently,
 *   while AWS refuses it. Source: "Grammar of the IAM JSON policy language", policy grammar notes
 */
export function readJsonObject(policy: string, document: string | JsonObject): JsonObject {
  const value = typeof document === 'string' ? parseText(policy, document) : document;
  if (!isJsonObject(value)) throw new PolicyError({ policy }, 'document', 'it must be a JSON object');
  return value;
}

function parseText(policy: string, text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new PolicyError({ policy }, 'document', `it is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
  const duplicate = duplicateKey(text);
  if (duplicate !== undefined)
    throw new PolicyError({ policy }, duplicate, 'an object has this key twice; keep one of them');
  return value;
}

/** The first key that an object has twice. The text must be valid JSON. */
function duplicateKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (token.endsWith(':')) {
      const key = String(JSON.parse(token.slice(0, token.lastIndexOf('"') + 1)));
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}
