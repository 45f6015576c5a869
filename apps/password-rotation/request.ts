/** What the function is asked to do: by Secrets Manager, by a deployment, or by the clock. */

/** A step of a rotation, as Secrets Manager asks for it. Source: "Lambda rotation functions" of its guide. */
export interface RotationStep {
  readonly Step: 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';
  /** ARN of the secret. */
  readonly SecretId: string;
  /** Id of the version that the rotation makes. */
  readonly ClientRequestToken: string;
}

export type RotationRequest =
  | RotationStep
  /** Gives every user its current password and the one before, if something else set only one. */
  | { readonly action: 'restore-passwords' }
  /** Fails if a password is older than it may be. */
  | { readonly action: 'check-rotations' };

const steps: readonly unknown[] = [
  'createSecret',
  'setSecret',
  'testSecret',
  'finishSecret',
] satisfies RotationStep['Step'][];

/** @throws Error if it is nothing that can be done */
export function parseRequest(event: unknown): RotationRequest {
  if (isRecord(event)) {
    const { action, Step, SecretId, ClientRequestToken } = event;
    if (action === 'restore-passwords' || action === 'check-rotations') return { action };
    if (isStep(Step) && typeof SecretId === 'string' && typeof ClientRequestToken === 'string') {
      return { Step, SecretId, ClientRequestToken };
    }
  }
  throw new Error(
    "Request: expected a step of a rotation with secret and token, 'restore-passwords' or 'check-rotations'",
  );
}

const isStep = (step: unknown): step is RotationStep['Step'] => steps.includes(step);

/** Whether it is an object with members. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
