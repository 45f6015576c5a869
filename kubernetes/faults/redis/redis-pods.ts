/** The pods of an environment's Redis, and what they are to be. */
import type { BitnamiSettings } from '../../../environments/bitnami-settings';
import { clusterPodNames } from '../../../constructs/bitnami/cluster-values';
import { redisNamespace, sentinelMasterName } from '../../../constructs/bitnami/names';
import { shardsOf } from '../../../constructs/bitnami/placement';
import { sentinelPodNames } from '../../../constructs/bitnami/sentinel-values';
import type { Kubectl } from '../../deployment/kubectl';
import { clusterFindings } from './cluster-steadiness';
import { sentinelFindings, type SentinelState } from './sentinel-steadiness';
import { askSentinel, askServerAs, readServer, type ServerState } from './server-state';

/** Of all environments that faults are tried on. */
export const zonesOfEnvironments = 3;

const zoneLabel = 'topology.kubernetes.io/zone';

export class RedisPods {
  readonly #kubectl: Kubectl;
  readonly #settings: () => BitnamiSettings;

  /** @param settings with which they are deployed at present */
  constructor(kubectl: Kubectl, settings: () => BitnamiSettings) {
    this.#kubectl = kubectl;
    this.#settings = settings;
  }

  get settings(): BitnamiSettings {
    return this.#settings();
  }

  /** By ordinal. */
  get names(): readonly string[] {
    return this.settings.kind === 'bitnami-cluster' ? clusterPodNames(this.settings) : sentinelPodNames(this.settings);
  }

  /** Pods whose servers are masters, by ordinal. @throws Error if a server doesn't answer */
  async masters(): Promise<readonly string[]> {
    const servers = await this.#servers();
    return servers.filter(({ fields }) => fields.get('role') === 'master').map(({ pod }) => pod);
  }

  /** @throws Error if a server doesn't answer */
  async replicas(): Promise<readonly string[]> {
    const masters = await this.masters();
    return this.names.filter((name) => !masters.includes(name));
  }

  /**
   * Has every server of a cluster forget nodes that are no more: they have failed, and another node has their pod's name.
   *
   * @returns how many there were
   */
  async forgetFormerNodes(): Promise<number> {
    const servers = await this.#servers();
    const own = servers.flatMap(({ nodes }) => nodes.filter(({ flags }) => flags.includes('myself')));
    const present = new Set(own.map(({ id }) => id));
    const former = [...new Set(servers.flatMap(({ nodes }) => nodes.map(({ id }) => id)))].filter(
      (id) => !present.has(id),
    );
    if (former.length === 0) return 0;
    const commands = former.map((id) => `CLUSTER FORGET ${id}`);
    await Promise.all(this.names.map((pod) => askServerAs(this.#kubectl, pod, 'operator', commands)));
    return former.length;
  }

  /** The version of the first server that says one. */
  async version(): Promise<string> {
    const [server] = await this.#servers();
    return server?.fields.get('redis_version') ?? 'unknown';
  }

  /** What is missing until Redis is whole; none if it is. */
  async findings(): Promise<readonly string[]> {
    const answers = await Promise.allSettled(this.names.map((pod) => this.#read(pod)));
    const silent = this.names.filter((_, index) => answers[index]?.status === 'rejected');
    if (silent.length > 0) return [`no answer from ${silent.join(', ')}`];
    const servers = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    const { settings } = this;
    return settings.kind === 'bitnami-cluster'
      ? clusterFindings(servers, {
          pods: this.names,
          shards: settings.shards,
          replicasPerShard: settings.replicasPerShard,
        })
      : sentinelFindings(servers, await Promise.all(this.names.map((pod) => this.#sentinel(pod))));
  }

  /** Masters of a cluster in pods that are to have replicas, so that a zone may have two masters. */
  async strayMasters(): Promise<readonly string[]> {
    const { settings, names } = this;
    if (settings.kind !== 'bitnami-cluster') return [];
    const homes = new Set(shardsOf(settings, zonesOfEnvironments).map(([master = -1]) => names[master]));
    return (await this.masters()).filter((pod) => !homes.has(pod));
  }

  nodeOf(pod: string): Promise<string> {
    return this.#nodeOf({ name: pod, namespace: redisNamespace });
  }

  zoneOf(pod: string): Promise<string> {
    return this.zoneOfPod({ name: pod, namespace: redisNamespace });
  }

  /** Zone of any pod. */
  async zoneOfPod(pod: { readonly name: string; readonly namespace: string }): Promise<string> {
    const { metadata } = await this.#kubectl.get({ apiVersion: 'v1', kind: 'Node', name: await this.#nodeOf(pod) });
    return metadata.labels?.[zoneLabel] ?? 'none';
  }

  async #nodeOf(pod: { readonly name: string; readonly namespace: string }): Promise<string> {
    const { spec } = await this.#kubectl.get({ apiVersion: 'v1', kind: 'Pod', ...pod });
    const { nodeName } = (spec ?? {}) as { readonly nodeName?: string };
    if (nodeName === undefined) throw new Error(`the pod ${pod.name} is on no node`);
    return nodeName;
  }

  #servers(): Promise<readonly ServerState[]> {
    return Promise.all(this.names.map((pod) => this.#read(pod)));
  }

  #read(pod: string): Promise<ServerState> {
    return readServer(this.#kubectl, pod, this.settings.kind === 'bitnami-cluster');
  }

  async #sentinel(pod: string): Promise<SentinelState> {
    try {
      const reply = await askSentinel(this.#kubectl, pod, [
        `SENTINEL GET-MASTER-ADDR-BY-NAME ${sentinelMasterName}`,
        `SENTINEL CKQUORUM ${sentinelMasterName}`,
      ]);
      const [masterHost = 'none', , quorum = 'no answer'] = reply.split('\n');
      return { pod, masterHost, quorum };
    } catch {
      return { pod, masterHost: 'unknown', quorum: 'no answer' };
    }
  }
}
