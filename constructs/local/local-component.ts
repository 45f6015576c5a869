/** A component of the local platform: a `terraform_data` whose provisioners run the local platform's program. */
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { ResourceKind, Resources } from '../../apps/local-platform/resources';
import { TerraformData } from './terraform-data';

export interface LocalComponentProps<Kind extends ResourceKind> {
  /** What kind of component it is. */
  readonly kind: Kind;
  /** What is declared. It stands in the plan; a change of it carries the component out again. */
  readonly resource: Resources[Kind];
  /** Components that must be there before. @default - none */
  readonly dependsOn?: readonly LocalComponent<ResourceKind>[];
}

/** Program of the provisioners; `<name>.js` in `dist`. */
export const provisionerProgram = 'local-platform';

/**
 * Creating or changing the component runs `ensure`, destroying it runs `remove`.
 *
 * A changed component is created before the old one is destroyed: `ensure` brings what runs to the new state without
 * an end in between, and Terraform runs no destroy-time provisioner for what it merely replaced.
 */
export class LocalComponent<Kind extends ResourceKind> extends Construct {
  readonly dependable: ITerraformDependable;

  constructor(scope: Construct, id: string, { kind, resource, dependsOn = [] }: LocalComponentProps<Kind>) {
    super(scope, id);
    const component = new TerraformData(this, kind, {
      triggersReplace: { ...resource },
      dependsOn: dependsOn.map(({ dependable }) => dependable),
      lifecycle: { createBeforeDestroy: true },
      provisioners: [provisioner('ensure', kind), { ...provisioner('remove', kind), when: 'destroy' }],
    });
    // Names are unique within a platform; without the digest that CDKTF appends, plans read better.
    component.overrideLogicalId(resource.name);
    this.dependable = component;
  }
}

/** Stacks are deployed from `cdktf.out/stacks/<name>`; the program runs in the checkout. */
function provisioner(action: 'ensure' | 'remove', kind: ResourceKind) {
  return {
    type: 'local-exec',
    command: `node dist/${provisionerProgram}.js ${action} ${kind}`,
    workingDir: '../../..',
    environment: { COMPONENT: '${jsonencode(self.triggers_replace)}' },
  } as const;
}
