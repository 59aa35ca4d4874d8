import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { helpOn } from '../../../src/model/reason.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Every Markdown page of the project, its own path relative to the root. */
const pages = ['README.md', 'test/README.md', ...pagesIn('docs')];

function pagesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))
    .sort();
}

/** A page without its code, in which nothing is a link or a heading. */
function proseOf(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8').replace(/^ *```[\s\S]*?^ *```$/gm, '');
}

function linksOf(page: string): string[] {
  return [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link]) => link ?? []);
}

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(page: string): string[] {
  return [...proseOf(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}

function isThere(path: string, anchor: string | undefined): boolean {
  if (!existsSync(join(ROOT, path))) return false;
  return anchor === undefined || (statSync(join(ROOT, path)).isFile() && anchorsOf(path).includes(anchor));
}

describe.each(pages)('%s', (page) => {
  test('links to pages and headings that are there', () => {
    const local = linksOf(page).filter((link) => !/^https?:/.test(link));
    const broken = local.filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : relative(ROOT, join(ROOT, dirname(page), path));
      return !isThere(target, anchor);
    });
    expect(broken).toEqual([]);
  });

  test('has each heading once', () => {
    const anchors = anchorsOf(page);
    expect(anchors.filter((anchor, index) => anchors.indexOf(anchor) !== index)).toEqual([]);
  });

  test('is reached by a link from another page', () => {
    const linked = pages.flatMap((other) =>
      linksOf(other).map((link) => join(dirname(other), link.replace(/#.*/, '') || page)),
    );
    expect(page === 'README.md' || linked.includes(page)).toBe(true);
  });
});

test('what messages of the operator link to is a heading', () => {
  const [path = '', anchor] = helpOn('Hairpin').split('#');
  expect(isThere(path, anchor)).toBe(true);
});
