import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** The one folder that may import the Redis client: everything else goes through its exports. */
const redisClientFolder = 'apps/redis/';

export default defineConfig(
  globalIgnores(['cdktf.out/', 'dist/', 'coverage/', '.local/', '.kubernetes/']),
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      complexity: ['error', 12],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'ioredis', message: `Only ${redisClientFolder} may import ioredis.` },
            {
              name: '@cdktf/provider-aws',
              message: 'Import @cdktf/provider-aws/lib/<resource>: the barrel costs 6 s.',
            },
            { name: '@cdktf/provider-kubernetes', message: 'Import the resource, not the barrel.' },
            { name: '@cdktf/provider-helm', message: 'Import the resource, not the barrel.' },
          ],
        },
      ],
    },
  },
  {
    files: [`${redisClientFolder}**/*.ts`],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    files: ['__tests__/**/*.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    files: ['**/*.{js,cjs,mjs}'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', module: 'writable', require: 'readonly' } },
  },
  prettier,
);
