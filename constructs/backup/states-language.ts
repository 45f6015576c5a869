/**
 * The part of the Amazon States Language, with JSONata, that the backups use.
 *
 * Source: the Amazon States Language specification and the Step Functions developer guide. Text between `{%` and `%}`
 * is JSONata.
 */

/** Tries a state again after an error. */
export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  /** Tries after the first. */
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

/** Goes on with another state after an error that no retrier is left for. */
export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly Assign?: Arguments;
}

type Arguments = Readonly<Record<string, unknown>>;

/** What follows a state: another one, or the end of the branch. */
type Transition = { readonly Next: string } | { readonly End: true };

interface StateBase {
  readonly Comment?: string;
}

export type TaskState = StateBase &
  Transition & {
    readonly Type: 'Task';
    readonly Resource: string;
    readonly Arguments: Arguments | string;
    readonly Assign?: Arguments;
    readonly Retry: readonly Retrier[];
    readonly Catch?: readonly Catcher[];
  };

export type MapState = StateBase &
  Transition & {
    readonly Type: 'Map';
    readonly Items: string;
    readonly MaxConcurrency: number;
    readonly ItemProcessor: Branch & { readonly ProcessorConfig: { readonly Mode: 'INLINE' } };
  };

export type ParallelState = StateBase &
  Transition & {
    readonly Type: 'Parallel';
    readonly Branches: readonly Branch[];
    readonly Catch: readonly Catcher[];
  };

export type PassState = StateBase & Transition & { readonly Type: 'Pass'; readonly Assign?: Arguments };

export type WaitState = StateBase & Transition & { readonly Type: 'Wait'; readonly Seconds: number };

export interface ChoiceState extends StateBase {
  readonly Type: 'Choice';
  readonly Choices: readonly { readonly Condition: string; readonly Next: string }[];
  readonly Default: string;
}

export interface SucceedState extends StateBase {
  readonly Type: 'Succeed';
}

export interface FailState extends StateBase {
  readonly Type: 'Fail';
  readonly Error: string;
  readonly Cause: string;
}

export type State =
  TaskState | MapState | ParallelState | PassState | WaitState | ChoiceState | SucceedState | FailState;

/** States with a first one; none refers to a state outside. */
export interface Branch {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** A whole state machine. */
export interface StateMachineDefinition extends Branch {
  readonly Comment: string;
  readonly QueryLanguage: 'JSONata';
  /** An execution that takes longer is stopped, without its catchers: the last resort. */
  readonly TimeoutSeconds: number;
}

/** Every state of a state machine with its name, those inside of other states too. */
export function statesOf({ States }: Branch): (readonly [name: string, state: State])[] {
  return Object.entries(States).flatMap(([name, state]) => [
    [name, state] as const,
    ...branchesOf(state).flatMap((branch) => statesOf(branch)),
  ]);
}

/** Branches inside of a state. */
export function branchesOf(state: State): readonly Branch[] {
  if (state.Type === 'Parallel') return state.Branches;
  return state.Type === 'Map' ? [state.ItemProcessor] : [];
}

/** What the tasks of a state machine call. */
export function taskResources(definition: Branch): ReadonlySet<string> {
  return new Set(statesOf(definition).flatMap(([, state]) => (state.Type === 'Task' ? [state.Resource] : [])));
}
