import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const FOLDERS = [
  'model',
  'plan',
  'queue',
  'http',
  'probe',
  'technitium',
  'kube',
  'metrics',
  'agent',
  'controller',
  'cli',
];

/** Lets the files of one folder import only the folders named, and no package that brings an effect in where it has no business. */
const layer = (folder, mayImport, packages = '(?!)') => ({
  files: [`src/${folder}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^(\\.\\./)+(${FOLDERS.filter((name) => name !== folder && !mayImport.includes(name)).join('|')})/`,
            message: `${folder}/ may import ${mayImport.join(', ') || 'nothing of the project'}.`,
          },
          { regex: `^(${packages})`, message: `${folder}/ has no business with this package.` },
        ],
      },
    ],
  },
});

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '**/*.gen.ts', 'test/real/tools/', 'test/standin/technitium/replay.mjs'] },
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
      // Parts are closures, which have no `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'no-console': 'error',
      complexity: ['error', 12],
      'max-params': 'off',
      '@typescript-eslint/max-params': ['error', { max: 4 }],
    },
  },
  layer('model', [], 'node:|@kubernetes|pino|p-retry|dns-packet'),
  layer('plan', ['model'], 'node:|@kubernetes|pino|p-retry|dns-packet'),
  layer('queue', ['model'], '@kubernetes'),
  layer('probe', ['model', 'queue'], '@kubernetes'),
  layer('http', [], '@kubernetes'),
  layer('technitium', ['model', 'http'], '@kubernetes'),
  layer('kube', ['model', 'http']),
  layer('metrics', ['model', 'plan'], '@kubernetes'),
  layer('agent', ['model', 'queue', 'probe', 'kube'], '@kubernetes|prom-client'),
  layer('controller', ['model', 'plan', 'queue', 'probe', 'technitium', 'kube', 'metrics'], '@kubernetes|prom-client'),
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
    files: ['test/**/*.ts', 'bench/**/*.ts', 'generate/**/*.ts', '*.js', '*.ts', 'src/main.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  { files: ['**/*.js', '**/*.mjs'], extends: [tseslint.configs.disableTypeChecked] },
);
