/** Which prohibitions each service account of a cluster keeps. */
import { allowedBy, serviceAccountCaller, type AccessRequest } from './evaluator';
import { prohibitionExceptions, type ProhibitionException } from './prohibition-exceptions';
import { prohibitions, type Prohibition } from './prohibitions';
import type { RbacObjects, ServiceAccount } from './rbac-objects';

/** One request that is asked, and what is expected of it. */
export interface Denial {
  readonly account: ServiceAccount;
  readonly prohibition: Prohibition;
  readonly request: AccessRequest;
  /** The exception that lets it pass. @default - it must be denied */
  readonly exception?: ProhibitionException;
}

/** Service accounts that there are, and those that bindings name without any: both may be given to pods. */
export function knownAccounts({ serviceAccounts, bindings }: RbacObjects): readonly ServiceAccount[] {
  const bound = bindings.flatMap((binding) =>
    binding.subjects
      .filter(({ kind }) => kind === 'ServiceAccount')
      .map(({ name, namespace = binding.namespace ?? '' }) => ({ name, namespace })),
  );
  const keyed = [...serviceAccounts, ...bound].map(
    (account) => [`${account.namespace}/${account.name}`, account] as const,
  );
  return [...new Map(keyed).values()];
}

/** Everything that is asked of an environment. */
export function denials(objects: RbacObjects): readonly Denial[] {
  return knownAccounts(objects).flatMap((account) =>
    prohibitions.flatMap((prohibition) =>
      prohibition.requests(account).map((request) => {
        const exception = prohibitionExceptions.find((candidate) => covers(candidate, account, prohibition, request));
        return { account, prohibition, request, ...(exception && { exception }) };
      }),
    ),
  );
}

function covers(
  exception: ProhibitionException,
  account: ServiceAccount,
  { id }: Prohibition,
  request: AccessRequest,
): boolean {
  const { namespaces } = exception;
  return (
    exception.account === `${account.namespace}/${account.name}` &&
    exception.prohibitions.includes(id) &&
    (namespaces === undefined ||
      ('resource' in request && request.namespace !== undefined && namespaces.includes(request.namespace)))
  );
}

const isAllowed = (objects: RbacObjects, { account, request }: Denial) =>
  allowedBy(objects, serviceAccountCaller(account), request) !== undefined;

/** Requests that are allowed and must not be. */
export const violations = (objects: RbacObjects): readonly Denial[] =>
  denials(objects).filter((denial) => !denial.exception && isAllowed(objects, denial));

/** Exceptions that nothing needs any more: without them all would be denied just as well. */
export function unusedExceptions(objects: RbacObjects): readonly ProhibitionException[] {
  const used = new Set(
    denials(objects)
      .filter((denial) => denial.exception && isAllowed(objects, denial))
      .map(({ exception }) => exception),
  );
  return prohibitionExceptions.filter((exception) => !used.has(exception));
}
