/** Names that programs are given in variables, and nodes in labels and taints. */
import { unmarked } from './marks';
import { defines, reads, type Named } from './mention';
import { branch, list, text, type Branch, type Node, type Resource } from './synthesized-tree';

/** Rule of the replication of a bucket, which its metrics name. */
const replicationRule = 'rule of a replication';

/** Variables that are the name of something, by what. */
const variables: Readonly<Record<string, string>> = {
  DATABASE_USERNAME: 'role in the database',
  ADMINISTRATOR_USERNAME: 'role in the database',
  REDIS_MASTER_NAME: 'master of Sentinels',
};

const nodeLabel = (label: string) => `label or taint ${label} of nodes`;

export function programMentions({ type, arguments: root }: Resource, { key, path, value }: Node): readonly Named[] {
  if (path === '') return [...databaseRoles(type, root), ...nodeGroup(type, root)];
  if (type === 'aws_s3_bucket_replication_configuration' && /^rule\[\d+\]\.id$/.test(path))
    return defines(replicationRule, value);
  if (key === 'RuleId') return [value].flat().flatMap((rule) => reads(replicationRule, rule));
  if (key === 'env') return list(value).flatMap((variable) => environmentVariable(branch(variable)));
  if (key === 'SecretStringTemplate') return secretOwner(branch(value));
  if (key === 'nodeSelector')
    return Object.entries(branch(value)).flatMap(([name, label]) => reads(nodeLabel(name), label));
  if (key === 'tolerations') return list(value).flatMap((toleration) => taint(reads, branch(toleration)));
  return [];
}

/** Who a generated password is for: a role in the database, say. */
const secretOwner = (fields: Branch): readonly Named[] =>
  Object.entries(fields).flatMap(([field, value]) =>
    unmarked(field) === 'username' ? defines('role in the database', value) : [],
  );

function environmentVariable({ name, value }: Branch): readonly Named[] {
  const kind = variables[text(name)];
  return kind === undefined ? [] : reads(kind, value);
}

function databaseRoles(type: string, { username, masterUsername }: Branch): readonly Named[] {
  if (type === 'aws_db_instance') return defines('role in the database', username);
  return type === 'aws_rds_cluster' ? defines('role in the database', masterUsername) : [];
}

function nodeGroup(type: string, { labels, taint: taints }: Branch): readonly Named[] {
  if (type !== 'aws_eks_node_group') return [];
  return [
    ...Object.entries(branch(labels)).flatMap(([name, label]) => defines(nodeLabel(name), label)),
    ...list(taints).flatMap((one) => taint(defines, branch(one))),
  ];
}

const taint = (role: typeof defines, { key, value }: Branch): readonly Named[] =>
  text(key) === '' ? [] : [...role('key of a taint of nodes', key), ...role(nodeLabel(text(key)), value)];
