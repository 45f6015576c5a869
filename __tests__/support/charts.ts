/**
 * Charts of other makers, where the folder that `CHARTS` names has them, as `helm pull --untar` writes them. What tests
 * need of charts is in review/charts; with the charts at hand they also check that it is what the charts render.
 */
import type { ChartsOfMakers } from '../../review/charts/rendering';

const { CHARTS, HELM } = process.env;

/** The charts of this machine. */
export const chartsHere: ChartsOfMakers = { charts: CHARTS ?? '', ...(HELM !== undefined && { helm: HELM }) };

/** `test`, or what skips it where there are no charts. */
export const chartTest: jest.It = CHARTS === undefined ? test.skip : test;
