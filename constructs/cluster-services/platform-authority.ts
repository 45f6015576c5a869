/** The environment's own certificate authority, and the issuer that signs with it. */
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { CustomResources, type KubernetesObject } from '../kubernetes/custom-resources';
import { namespaces, platformIssuer } from './names';

/** Secret of the authority, in the namespace of cert-manager alone: `ca.crt`, `tls.crt` and `tls.key`. */
export const authoritySecret = 'platform-authority';

const apiVersion = 'cert-manager.io/v1';
const selfSigned = 'self-signed';

/** Hours that the authority's certificate is valid: ten years, and renewed a year before its end. */
const validHours = 10 * 365 * 24;
const renewBeforeHours = 365 * 24;

/**
 * cert-manager makes the key, in the cluster: it is in no plan and no state. It stays the same when the certificate is
 * renewed, so that what the older certificate signed is still trusted by whoever has the newer, and the other way round.
 */
export function authorityObjects(environment: string): readonly KubernetesObject[] {
  return [
    { apiVersion, kind: 'Issuer', metadata: { name: selfSigned }, spec: { selfSigned: {} } },
    {
      apiVersion,
      kind: 'Certificate',
      metadata: { name: authoritySecret },
      spec: {
        isCA: true,
        commonName: `${environment} platform authority`,
        secretName: authoritySecret,
        duration: `${validHours}h`,
        renewBefore: `${renewBeforeHours}h`,
        privateKey: { algorithm: 'ECDSA', size: 384, rotationPolicy: 'Never' },
        usages: ['cert sign', 'crl sign', 'digital signature'],
        issuerRef: { group: platformIssuer.group, kind: 'Issuer', name: selfSigned },
      },
    },
    {
      apiVersion,
      kind: platformIssuer.kind,
      metadata: { name: platformIssuer.name },
      spec: { ca: { secretName: authoritySecret } },
    },
  ];
}

export interface PlatformAuthorityProps {
  readonly environment: string;
  /** cert-manager. */
  readonly dependsOn: readonly ITerraformDependable[];
}

export class PlatformAuthority extends Construct {
  readonly issuer: ITerraformDependable;

  constructor(scope: Construct, id: string, { environment, dependsOn }: PlatformAuthorityProps) {
    super(scope, id);
    this.issuer = new CustomResources(this, 'objects', {
      name: authoritySecret,
      namespace: namespaces.certManager,
      objects: authorityObjects(environment),
      dependsOn,
    }).release;
  }
}
