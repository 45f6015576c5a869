/** What a provider of Terraform makes of arguments when it reads a resource back. */

/** Arguments of a resource, as CDKTF writes them. */
export type ResourceArguments = Readonly<Record<string, unknown>>;

/** A synthesized stack, as far as it is read here. */
export interface StackJson {
  /** Arguments by type and name. */
  readonly resource?: Readonly<Record<string, Readonly<Record<string, ResourceArguments>>>>;
}

/** A provider, and the version whose source the entry is from. */
export type ProviderVersion = 'kubernetes 2.38.0' | 'aws 6.25.0' | 'helm 3.1.1';

interface ReshapeBase {
  /** Letters and hyphens; unique. */
  readonly name: string;
  readonly provider: ProviderVersion;
  /** Types of resources that have the argument. */
  readonly types: readonly string[];
  /** Path of the argument, for people: `spec.template.spec.volume.projected.sources`. */
  readonly path: string;
  /** What the provider, or the service behind it, returns instead. */
  readonly reads: string;
  /** File and function, page, or number of an issue. */
  readonly source: string;
}

/** A reshape that makes every plan say "1 to change", for the values that `violations` finds. */
export interface Reshape extends ReshapeBase {
  /** What to write instead. */
  readonly remedy: string;
  /** Places with values that are read back otherwise, each with the value. */
  readonly violations: (resource: ResourceArguments, stack: StackJson) => readonly string[];
}

/** A reshape that no plan shows, and why. */
export interface HiddenReshape extends ReshapeBase {
  readonly hiddenBy: string;
}
