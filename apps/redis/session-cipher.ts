/**
 * Encrypts what a session holds: AES-256-GCM with a random nonce, the id of the key in front.
 *
 * The context that a text is sealed for is authenticated with it, so that one session's contents can't be put in
 * another's place. A key may seal 2^32 texts (NIST SP 800-38D, section 8.3): rotate it before.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeyRing } from './key-ring';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** A sealed text can't be opened: it was changed, is meant for another place, or its key isn't in the ring. */
export class UnreadableSessionError extends Error {
  override readonly name = 'UnreadableSessionError';
}

/** What was sealed. */
export interface OpenedText {
  readonly text: string;
  /** Whether it was sealed with the current key. */
  readonly current: boolean;
}

export class SessionCipher {
  readonly #keys: KeyRing;

  constructor(keys: KeyRing) {
    this.#keys = keys;
  }

  /** `<key id>.<base64url of nonce, ciphertext and tag>` */
  seal(text: string, context: string): string {
    const { id, secret } = this.#keys.current;
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, secret, nonce, { authTagLength: tagBytes });
    cipher.setAAD(boundTo(id, context));
    const ciphertext = [cipher.update(text, 'utf8'), cipher.final()];
    return `${id}.${Buffer.concat([nonce, ...ciphertext, cipher.getAuthTag()]).toString('base64url')}`;
  }

  /** @throws UnreadableSessionError */
  open(sealed: string, context: string): OpenedText {
    const dot = sealed.indexOf('.');
    const id = sealed.slice(0, Math.max(0, dot));
    const key = this.#keys.find(id);
    if (!key) throw new UnreadableSessionError(`the key ring has no key of the id '${id.slice(0, 32)}'`);
    const bytes = Buffer.from(sealed.slice(dot + 1), 'base64url');
    if (bytes.length < nonceBytes + tagBytes) throw new UnreadableSessionError('the sealed text is too short');
    const decipher = createDecipheriv(algorithm, key.secret, bytes.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(boundTo(id, context));
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    try {
      const text = decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
      return { text, current: key === this.#keys.current };
    } catch {
      throw new UnreadableSessionError(`the sealed text isn't what key '${id}' sealed for this place`);
    }
  }
}

function boundTo(keyId: string, context: string): Buffer {
  return Buffer.from(`session ${keyId} ${context}`);
}
