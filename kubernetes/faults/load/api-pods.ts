/** Where the pods of the api are, as a balancer would learn it: from the EndpointSlices of their Service. */
import type { Kubectl, LiveObject } from '../../deployment/kubectl';
import { namespaces } from '../../../constructs/cluster-services/names';

interface Endpoint {
  readonly addresses: readonly string[];
  readonly conditions?: { readonly ready?: boolean };
}

type Slice = LiveObject & {
  readonly endpoints?: readonly Endpoint[] | null;
  readonly ports?: readonly { readonly port: number }[] | null;
};

/** Milliseconds between two looks. */
const refreshMilliseconds = 5_000;

/** URLs of pods that are ready. */
export function urlsOf(slices: readonly LiveObject[]): readonly string[] {
  return slices.flatMap((slice) => {
    const { endpoints, ports } = slice as Slice;
    const port = ports?.[0]?.port;
    if (port === undefined) return [];
    return (endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false)
      .flatMap(({ addresses }) => addresses.map((address) => `http://${address}:${port}`));
  });
}

/** URLs of the api's pods, kept up to date while the load runs. */
export class ApiPods {
  readonly #kubectl: Kubectl;
  #urls: readonly string[] = [];
  #turn = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(kubectl: Kubectl) {
    this.#kubectl = kubectl;
  }

  /** @throws Error if no pod of the api is ready */
  async start(): Promise<void> {
    await this.#look();
    if (this.#urls.length === 0)
      throw new Error('no pod of the Service application/api is ready: deploy the environment first');
    this.#schedule();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** The URL whose turn it is. Pods that were there last are tried as long as no other is ready. */
  next(): string {
    return this.#urls[this.#turn++ % this.#urls.length] ?? '';
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      void this.#look()
        .catch(() => undefined) // The next look may succeed; until then the pods of the last one are tried.
        .then(() => this.#timer && this.#schedule());
    }, refreshMilliseconds);
  }

  async #look(): Promise<void> {
    const slices = await this.#kubectl.list('endpointslices.discovery.k8s.io', {
      namespace: namespaces.application,
      selector: 'kubernetes.io/service-name=api',
    });
    const urls = urlsOf(slices);
    if (urls.length > 0) this.#urls = urls;
  }
}
