/** Terraform state of a local stack: a file in the checkout, which git ignores. */
import { LocalBackend, type TerraformStack } from 'cdktf';

/** Keeps the stack's state in `terraform.<stack>.tfstate`; the path is relative, so that synthesis is the same on every machine. */
export function useLocalState(stack: TerraformStack): void {
  new LocalBackend(stack, { path: `../../../terraform.${stack.node.id}.tfstate` });
}
