/** Parts that many kinds share: names, labels, selectors. */
import { blocks, each, map, text, texts, type Shape } from './shape';

export const metadata: Shape = { ...each(['name', 'namespace'], text), labels: map, annotations: map };

export const selector: Shape = {
  match_labels: map,
  match_expressions: blocks({ ...each(['key', 'operator'], text), values: texts }),
};
