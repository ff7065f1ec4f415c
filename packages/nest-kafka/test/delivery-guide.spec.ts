import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const guide = readFileSync(`${root}docs/guide/delivery.md`, 'utf8');
const policy = readFileSync(`${root}packages/nest-kafka/src/delivery/policy/delivery-policy.ts`, 'utf8');
const flat = (text: string): string => text.replaceAll(/\\'/g, "'").replaceAll(/\s+/g, ' ');

const tests = new Map(
  globSync(
    [
      'packages/nest-kafka/test/delivery/*.ts',
      'packages/nest-kafka/test/exactly-once/*.ts',
      'packages/nest-kafka/test/real/*.ts',
      'test/conformance/behaviours/delivery/*.ts',
    ],
    {
      cwd: root,
    },
  ).map(path => [basename(path), flat(readFileSync(`${root}${path}`, 'utf8'))]),
);

const rows = guide
  .split('\n')
  .filter(line => line.startsWith('| `'))
  .map(line =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  );
const marksIn = (text: string): string[] =>
  [...text.matchAll(/\[([a-z]\d+(?:, [a-z]\d+)*)\]/g)].flatMap(([, marks = '']) => marks.split(', '));
/** Mark, file and title: - b1 `batch-rules.ts` "gets arrays" */
const definitions = [...guide.matchAll(/^- ([a-z]\d+) `([^`]+)` "((?:[^"\n]|\n {2})+)"/gm)].map(
  ([, mark = '', file = '', title = '']) => ({ mark, file, title: flat(title) }),
);

describe('docs/guide/delivery.md', () => {
  it('has a row for every word of a policy', () => {
    const words = [
      ...policy
        .slice(policy.indexOf('export interface DeliveryPolicy '))
        .split('\n}')[0]!
        .matchAll(/^ {2}(\w+)\?:/gm),
    ];
    expect(words.length).toBeGreaterThan(7);
    // Concurrency has no behaviour of its own: it is a number for `order`.
    const missing = words
      .map(([, word = '']) => word)
      .filter(word => word !== 'concurrency' && !rows.some(([first]) => first?.includes(`\`${word}`)));
    expect(missing).toEqual([]);
  });

  it('has each cell of the table held by a test', () => {
    expect(rows.map(row => row.length)).toEqual(rows.map(() => 5));
    const unheld = rows.flatMap(([word, ...cells]) =>
      cells.filter(cell => cell !== '–' && marksIn(cell).length === 0).map(cell => `${word}: ${cell}`),
    );
    expect(unheld).toEqual([]);
  });

  it('names tests that there are', () => {
    const gone = definitions.filter(({ file, title }) => !tests.get(file)?.includes(title));
    expect(gone).toEqual([]);
  });

  it('explains each mark once, and uses each', () => {
    const defined = definitions.map(({ mark }) => mark).toSorted();
    expect(defined).toEqual([...new Set(defined)]);
    expect([...new Set(marksIn(guide))].toSorted()).toEqual(defined);
  });
});
