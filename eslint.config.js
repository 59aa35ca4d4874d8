import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Forbids a folder the imports it must not have; the message says which rule of the house it breaks. */
const layer = (folder, patterns, message) => ({
  files: [`src/${folder}/**/*.ts`],
  rules: {
    'no-restricted-imports': ['error', { patterns: [{ regex: patterns, message }] }],
  },
});

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '**/*.gen.ts', 'test/real/tools/'] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['*.js'] }, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
      complexity: ['error', 12],
      'max-params': 'off',
      '@typescript-eslint/max-params': ['error', { max: 4 }],
    },
  },
  layer('model', '^(node:|@kubernetes|pino|\\.\\./)', 'model/ imports nothing of the project and no effects.'),
  layer('plan', '^(node:|@kubernetes|pino|p-retry|\\.\\./(\\.\\./)?(?!model/|plan/))', 'plan/ is pure: it imports model/ only.'),
  layer('queue', '^(@kubernetes|\\.\\./(?!model/))', 'queue/ imports model/ only.'),
  layer('probe', '^(@kubernetes|\\.\\./(?!model/|queue/))', 'probe/ knows neither kube/ nor technitium/.'),
  layer('technitium', '^(@kubernetes|\\.\\./(?!model/))', 'technitium/ imports model/ only.'),
  layer('kube', '^(\\.\\./(?!model/))', 'kube/ imports model/ only.'),
  layer('controller', '^(@kubernetes)', 'only kube/ knows @kubernetes/client-node.'),
  {
    files: ['src/plan/**/*.ts', 'src/model/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'setTimeout', 'setInterval', 'setImmediate', 'fetch', 'process'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Time is an argument here.' },
        { object: 'Math', property: 'random', message: 'Chance is an argument here.' },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts', '*.js', '*.ts', 'src/main.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  { files: ['**/*.js', '**/*.mjs'], extends: [tseslint.configs.disableTypeChecked] },
);
