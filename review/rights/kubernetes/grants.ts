/** Rights one by one: a subject, a rule, and where it holds. */
import { builtIn } from './default-roles';
import { rulesOf } from './evaluator';
import type { Binding, PolicyRule, RbacObjects, Subject } from './rbac-objects';

export interface Grant {
  readonly subject: Subject;
  readonly binding: Binding;
  readonly rule: PolicyRule;
  /** @default - in all namespaces */
  readonly namespace?: string;
}

/** Every right but those that Kubernetes itself gives to everyone. */
export function grants(objects: RbacObjects): readonly Grant[] {
  return objects.bindings
    .filter(({ origin }) => origin !== builtIn)
    .flatMap((binding) =>
      binding.subjects.flatMap((subject) =>
        rulesOf(objects, binding).map((rule) => ({
          subject,
          binding,
          rule,
          ...(binding.namespace !== undefined && { namespace: binding.namespace }),
        })),
      ),
    );
}

/** `<namespace>/<name>` of a service account; else the name. */
export function subjectText({ subject, binding }: Pick<Grant, 'subject' | 'binding'>): string {
  return subject.kind === 'ServiceAccount'
    ? `${subject.namespace ?? binding.namespace ?? ''}/${subject.name}`
    : `${subject.kind.toLowerCase()} ${subject.name}`;
}
