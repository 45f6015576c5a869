/** Whole environments are deployed here, with what processor time other tests leave: allow ten minutes per test and hook. */
jest.setTimeout(600_000);
