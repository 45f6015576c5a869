/** Integration tests start real servers: allow a minute per test and hook before calling it hung. */
jest.setTimeout(60_000);
