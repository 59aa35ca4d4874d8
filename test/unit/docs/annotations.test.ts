import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const NAME = /(?<![/.\w])splithorizon\.dev\/(?!v1)[a-z-]+/g;

const namesIn = (...files: string[]): string[] => {
  const texts = files.map((file) => readFileSync(join(ROOT, file), 'utf8'));
  return [...new Set(texts.flatMap((text) => text.match(NAME) ?? []))].sort();
};

test('docs/reference/annotations.md has the annotations and labels that the source and the CRDs name, and no other', () => {
  const source = globSync(['src/**/*.ts', 'crds/*.yaml'], { cwd: ROOT });
  expect(namesIn('docs/reference/annotations.md')).toEqual(namesIn(...source));
});
