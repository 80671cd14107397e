import js from '@eslint/js';
import ava from 'eslint-plugin-ava';
import tseslint from 'typescript-eslint';

const pure = ['src/protocol/**', 'src/hosts/**', 'src/compiler/**', 'src/objects/**'];

/** Folders from the bottom up: each may import only those before it (docs/how-it-fits.md). */
const levels = [
  ['errors'],
  ['protocol', 'hosts', 'compiler', 'objects'],
  ['net', 'process', 'tls'],
  ['ssh'],
  ['dns', 'scheduling', 'blacklist', 'probing', 'discovery'],
  ['vetting', 'client', 'server', 'farm'],
  ['cli', 'library'],
];

const importsPointDown = levels.flatMap((folders, level) =>
  folders.map((folder) => ({
    files: [`src/${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            ...levels.slice(level + 1).map((above) => ({
              group: above.map((name) => `../${name}/*`),
              message: 'Imports point down (docs/how-it-fits.md)',
            })),
            ...(level <= 1
              ? [
                  {
                    group: ['node:*', 'dns2', 'multicast-dns', 'p-limit', 'cac'],
                    message: 'This folder is pure: bytes or text in, values out',
                  },
                ]
              : []),
          ],
        },
      ],
    },
  })),
);

export default tseslint.config(
  { ignores: ['build/', 'dist/', 'node_modules/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      complexity: ['error', 10],
      'max-lines-per-function': ['error', 50],
    },
  },
  ...importsPointDown,
  {
    files: pure.map((folder) => `${folder}/*.ts`),
    rules: {
      'no-restricted-globals': ['error', 'process', 'Date', 'setTimeout', 'performance'],
    },
  },
  {
    files: ['test/**/*.ts'],
    plugins: { ava },
    rules: { ...ava.configs.recommended.rules, 'max-lines-per-function': 'off' },
  },
  {
    files: ['scripts/**/*.js', 'eslint.config.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
);
