/** Volumes, and files that pods mount. */
import { resources } from './pod-shape';
import { metadata, selector } from './selector-shape';
import { as, block, blocks, each, flag, map, ofTerraform, text, texts, type Field, type Shape } from './shape';

export const claimSpec: Shape = {
  access_modes: texts,
  resources: block(resources),
  ...each(['storage_class_name', 'volume_name', 'volume_mode'], text),
  selector: block(selector),
};

export const claim: Shape = {
  metadata: block(metadata),
  spec: block(claimSpec),
  wait_until_bound: ofTerraform,
};

/** The provider has one block with all terms; the API a list of such. */
const topologies: Field = {
  read: (value, place) => {
    const term = block({ match_label_expressions: blocks({ key: text, values: texts }) }).read(value, place);
    return term === undefined ? undefined : [term];
  },
};

export const storageClass: Shape = {
  metadata: block(metadata),
  storage_provisioner: as('provisioner', text),
  ...each(['reclaim_policy', 'volume_binding_mode'], text),
  allow_volume_expansion: flag,
  parameters: map,
  mount_options: texts,
  allowed_topologies: topologies,
};

export const resourceQuota: Shape = {
  metadata: block(metadata),
  spec: block({ hard: map, scopes: texts }),
};

export const configMap: Shape = {
  metadata: block(metadata),
  ...each(['data', 'binary_data'], map),
  immutable: flag,
};
