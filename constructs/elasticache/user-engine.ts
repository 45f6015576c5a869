/**
 * Engine of users and their group, whatever the servers run. Valkey takes a group of either engine, Redis its own alone:
 * so a Redis can become a Valkey with its users as they are, now or in its next maintenance window. Source: "Role-Based
 * Access Control" of the ElastiCache guide.
 */
export const userEngine = 'redis';
