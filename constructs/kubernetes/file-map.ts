/** A ConfigMap of files. A changed one has another name, so that pods are replaced for it. */
import { ConfigMapV1 } from '@cdktf/provider-kubernetes/lib/config-map-v1';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { shortDigest } from '../application/secret-sources';

export interface FileMapProps {
  /** First part of the name; a digest of the files follows. */
  readonly name: string;
  readonly namespace: string;
  /** Nothing secret. */
  readonly files: Readonly<Record<string, string>>;
  readonly dependsOn: readonly ITerraformDependable[];
}

/** Terraform would read what shells write for variables as its own. Source: "Escape Sequences" of its string literals. */
export const terraformLiteral = (text: string) => text.replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);

/** Adds the ConfigMap. @returns its name as well, which is known at synthesis */
export function addFileMap(scope: Construct, id: string, { name: prefix, namespace, files, dependsOn }: FileMapProps) {
  const name = `${prefix}-${shortDigest(files)}`;
  const map = new ConfigMapV1(scope, id, {
    metadata: { name, namespace },
    data: Object.fromEntries(Object.entries(files).map(([file, text]) => [file, terraformLiteral(text)])),
    immutable: true,
    // Pods that have the former one are replaced after the new one exists.
    lifecycle: { createBeforeDestroy: true },
    dependsOn: [...dependsOn],
  });
  return { name, map };
}
