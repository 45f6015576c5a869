/** Terraform's built-in resource `terraform_data`. */
import { anyToHclTerraform, hashMapperHcl, TerraformResource, type TerraformMetaArguments } from 'cdktf';
import type { Construct } from 'constructs';

export interface TerraformDataProps extends Omit<TerraformMetaArguments, 'provider'> {
  /** What stands in the plan; a change of it replaces the resource. */
  readonly triggersReplace: Readonly<Record<string, unknown>>;
}

/**
 * CDKTF's own `DataResource` asks Terraform for its version, once for each resource and synthesis: a quarter of the time of a
 * synthesis. `scripts/setup.sh` has made sure that it is recent enough (≥ 1.4).
 */
export class TerraformData extends TerraformResource {
  readonly #triggersReplace: TerraformDataProps['triggersReplace'];

  constructor(scope: Construct, id: string, { triggersReplace, ...config }: TerraformDataProps) {
    super(scope, id, {
      ...config,
      terraformResourceType: 'terraform_data',
      terraformGeneratorMetadata: { providerName: 'terraform' },
    });
    this.#triggersReplace = triggersReplace;
  }

  protected override synthesizeAttributes() {
    return { triggers_replace: this.#triggersReplace };
  }

  protected override synthesizeHclAttributes() {
    return { triggers_replace: hashMapperHcl(anyToHclTerraform)(this.#triggersReplace) as unknown };
  }
}
