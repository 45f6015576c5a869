/** Packages published as ES modules only: Jest's CommonJS runtime needs them transformed. */
const esModules = ['jose', 'cookie', '@fastify/cookie'].join('|');

const shared = {
  testEnvironment: 'node',
  transform: {
    '\\.(lua|sql|html)$': '<rootDir>/__tests__/support/text-transform.cjs',
    '\\.[cm]?[jt]s$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules})/)`],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  modulePathIgnorePatterns: ['<rootDir>/cdktf.out', '<rootDir>/dist', '<rootDir>/.local', '<rootDir>/.kubernetes'],
};

/** @type {import('jest').Config} */
export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
      testPathIgnorePatterns: ['\\.(integration|rehearsal|alerts|kubernetes)\\.test\\.ts$'],
    },
    {
      ...shared,
      displayName: 'integration',
      testMatch: ['<rootDir>/__tests__/**/*.integration.test.ts'],
      setupFilesAfterEnv: ['<rootDir>/__tests__/support/integration-timeout.ts'],
    },
    {
      ...shared,
      displayName: 'rehearsal',
      testMatch: ['<rootDir>/__tests__/**/*.rehearsal.test.ts'],
      setupFilesAfterEnv: ['<rootDir>/__tests__/support/rehearsal-timeout.ts'],
    },
    {
      ...shared,
      displayName: 'kubernetes',
      testMatch: ['<rootDir>/__tests__/**/*.kubernetes.test.ts'],
    },
    {
      ...shared,
      displayName: 'alerts',
      testMatch: ['<rootDir>/__tests__/**/*.alerts.test.ts'],
    },
  ],
};
