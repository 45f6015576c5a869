/** Objects of kinds that something installed in the cluster defines: certificates, stores of secrets, routes. */
import path from 'node:path';
import { AssetType, TerraformAsset, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { ChartRelease } from './chart-release';

/** An object as the API of Kubernetes takes it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    /** @default - that of the release, or none for kinds that have none */
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
}

export interface CustomResourcesProps {
  /** Name of the release. */
  readonly name: string;
  /** A namespace that exists. */
  readonly namespace: string;
  /** Nothing secret: objects are in Terraform's state. */
  readonly objects: readonly KubernetesObject[];
  /** What defines their kinds, and what else has to be there first. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * One release of a chart that is nothing but these objects; docs/decisions/0009 tells why not `kubernetes_manifest`. Helm
 * doesn't wait until such objects are ready: what needs them does.
 */
export class CustomResources extends Construct {
  readonly release: ITerraformDependable;

  constructor(scope: Construct, id: string, { name, namespace, objects, dependsOn }: CustomResourcesProps) {
    super(scope, id);
    const chart = new TerraformAsset(this, 'chart', {
      path: path.join(__dirname, 'custom-resources-chart'),
      type: AssetType.DIRECTORY,
    });
    this.release = new ChartRelease(this, 'objects', {
      name,
      namespace,
      chart: chart.path,
      values: { objects },
      dependsOn,
    }).release;
  }
}
