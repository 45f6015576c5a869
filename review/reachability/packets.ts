/** Sets of packets, and lists of rules that are tried one after the other. */
import { contains, overlap, parseIpv4Block, type Ipv4Block } from '../../constructs/network/ipv4-block';

/** Ports from the first to the last. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

export const allPorts: PortRange = { from: 0, to: 65_535 };

/** All packets with an address of a block at the other end and one of these ports as their destination. */
export interface Packets {
  readonly block: Ipv4Block;
  readonly ports: PortRange;
}

/** A rule for packets of one protocol. */
export interface PacketRule extends Packets {
  /** What reports name it by. */
  readonly name: string;
  readonly verdict: 'allow' | 'deny';
}

/** Rules that decided: both are named if one part passes and another one doesn't. */
export interface Judgement {
  readonly passedBy: readonly string[];
  readonly stoppedBy: readonly string[];
}

/** Reads a block. @throws Error if it is none */
export function blockOf(text: unknown, place: string): Ipv4Block {
  const block = typeof text === 'string' ? parseIpv4Block(text) : undefined;
  if (!block) throw new Error(`${place}: ${JSON.stringify(text)} is no block of IPv4 addresses`);
  return block;
}

/**
 * The first rule that matches a packet decides, exactly: packets that a rule matches in part are divided.
 *
 * @param otherwise what stops packets that no rule matches
 */
export function judge(rules: readonly PacketRule[], packets: Packets, otherwise: string): Judgement {
  const judged = judgements.get(rules) ?? new Map<string, Judgement>();
  judgements.set(rules, judged);
  const { block, ports } = packets;
  const key = `${block.first}/${block.prefix} ${ports.from}-${ports.to} ${otherwise}`;
  const known = judged.get(key) ?? judgeAll(rules, packets, otherwise);
  judged.set(key, known);
  return known;
}

/** Lists of rules are asked for the same packets over and over. */
const judgements = new WeakMap<readonly PacketRule[], Map<string, Judgement>>();

function judgeAll(rules: readonly PacketRule[], packets: Packets, otherwise: string): Judgement {
  const passedBy = new Set<string>();
  const stoppedBy = new Set<string>();
  const decide = (part: Packets, start: number): void => {
    for (let index = start; index < rules.length; index += 1) {
      const rule = rules[index];
      if (!rule || !overlap(rule.block, part.block) || !meet(rule.ports, part.ports)) continue;
      if (!contains(rule.block, part.block)) {
        for (const block of halves(part.block)) decide({ block, ports: part.ports }, index);
        return;
      }
      (rule.verdict === 'allow' ? passedBy : stoppedBy).add(rule.name);
      for (const ports of outside(part.ports, rule.ports)) decide({ block: part.block, ports }, index + 1);
      return;
    }
    stoppedBy.add(otherwise);
  };
  decide(packets, 0);
  return { passedBy: [...passedBy], stoppedBy: [...stoppedBy] };
}

const meet = (one: PortRange, other: PortRange) => one.from <= other.to && other.from <= one.to;

/** Ports of the first range that the second one doesn't have. */
function outside(ports: PortRange, others: PortRange): readonly PortRange[] {
  return [
    { from: ports.from, to: Math.min(ports.to, others.from - 1) },
    { from: Math.max(ports.from, others.to + 1), to: ports.to },
  ].filter(({ from, to }) => from <= to);
}

function halves({ first, prefix }: Ipv4Block): readonly Ipv4Block[] {
  const half = { first, prefix: prefix + 1 };
  return [half, { first: first + 2 ** (31 - prefix), prefix: prefix + 1 }];
}

/** Blocks that together have all addresses of the first one but those of the others. */
export function without(block: Ipv4Block, others: readonly Ipv4Block[]): readonly Ipv4Block[] {
  const touching = others.filter((other) => overlap(other, block));
  if (touching.length === 0) return [block];
  if (touching.some((other) => contains(other, block))) return [];
  return halves(block).flatMap((half) => without(half, touching));
}
