import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { throughImportPath, withoutLayout } from './through-import-path.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const repository = (path: string): string => here(`../../../../${path}`);
const read = (path: string): string => readFileSync(path, 'utf8');

/** The page's headings, of which each must have a row at least. */
const SECTIONS = [
  'Installation',
  'Overview',
  'Options',
  'Client',
  'Message pattern',
  'Message response subscription',
  'Incoming',
  'Outgoing',
  'Event-based',
  'Context',
  'Naming conventions',
  'Retriable exceptions',
  'Custom exception handling',
  'Connection-level retry',
  'Message-level retry',
  'Commit offsets',
  'Instance status updates',
  'Underlying producer and consumer',
];

const rows = read(repository('docs/reference/page-coverage.md'))
  .split('\n')
  .filter(line => line.startsWith('| ') && !line.startsWith('| ---') && !line.startsWith('| section'))
  .map(line =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map(cell => cell.trim()),
  );

describe('the samples of the page', () => {
  it.each(readdirSync(here('register')))('%s differs between the two ways in nothing but what the way needs', file => {
    const expected = throughImportPath(read(here(`register/${file}`)));
    expect(withoutLayout(read(here(`import/${file}`)))).toBe(withoutLayout(expected));
  });

  it("compile with the compiler options of Nest's starter", { timeout: 60_000 }, async () => {
    const tsc = repository('node_modules/typescript/bin/tsc');
    const compiled = await promisify(execFile)(process.execPath, [tsc, '-p', here('.')]).catch(
      (error: { stdout: string }) => error,
    );
    expect(compiled.stdout).toBe('');
  });
});

describe('docs/reference/page-coverage.md', () => {
  it('has a row for each section of the page, and no empty cell', () => {
    expect([...new Set(rows.map(([section]) => section))]).toEqual(SECTIONS);
    expect(rows.flat().filter(cell => cell === '')).toEqual([]);
    expect(rows.filter(cells => cells.length !== 3)).toEqual([]);
  });

  it.each(rows)('%s: %s', (_section, _says, heldBy = '') => {
    const tests = [...heldBy.matchAll(/`([^`]+)` — "(.+?)"(?=; `|$)/g)];
    expect(tests).not.toEqual([]);
    for (const [, path = '', name = ''] of tests) {
      expect(existsSync(repository(path)), `${path} does not exist`).toBe(true);
      expect(read(repository(path)).replaceAll("\\'", "'"), `${path} has no test "${name}"`).toContain(name);
    }
  });
});

describe('docs/reference/differences.md', () => {
  const text = read(repository('docs/reference/differences.md')).replaceAll(/\s+/g, ' ');
  const named = [...text.matchAll(/`((?:src|test)\/[^`]+)` — "(.+?)"(?=[.;]? (?:`|\*\*|##|the page's|$)|$)/g)];

  it('names a test for its differences', () => {
    expect(named.length).toBeGreaterThan(25);
  });

  it.each(named.map(([, path = '', name = '']) => ({ path, name })))('$path: $name', ({ path, name }) => {
    const source = read(repository(`packages/nest-kafka/${path}`)).replaceAll("\\'", "'");
    for (const part of name.split('…')) {
      expect(source).toContain(part.trim());
    }
  });
});
