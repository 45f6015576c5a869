/** Connections of machines with Redis, clients aside. */
import type { Flow, FlowEnd } from '../network/flows';
import { defaultPorts } from '../redis/names';

const machines: FlowEnd = { kind: 'redis' };

/**
 * Of programs on them: fetch-secrets, certificate, measure; of the agent of Systems Manager, by which people come, and
 * which updates itself from S3. Source: "SSM Agent communications with AWS managed S3 buckets".
 */
const services = ['secretsmanager', 'monitoring', 'ssm', 'ssmmessages', 'ec2messages', 's3'];

export const machineFlows: readonly Flow[] = [
  ...Object.entries(defaultPorts).map(([server, port]): Flow => ({
    from: machines,
    to: machines,
    port,
    why: `machines reach ${server} of each other`,
  })),
  ...services.map((service): Flow => ({
    from: machines,
    to: { kind: 'aws', service },
    port: 443,
    why: 'passwords, measurements and Session Manager',
  })),
  // Packages come by HTTP and are signed; the AWS CLI comes from the store of snaps.
  { from: machines, to: { kind: 'internet' }, port: 80, why: 'packages' },
  { from: machines, to: { kind: 'internet' }, port: 443, why: 'packages' },
];
