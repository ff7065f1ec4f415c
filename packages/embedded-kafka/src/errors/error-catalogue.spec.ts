import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EmbeddedKafkaError } from './embedded-kafka-error.js';
import { errorCatalogue } from './error-catalogue.js';

const documentation = readFileSync(
  new URL('../../../../docs/reference/errors-embedded-kafka.md', import.meta.url),
  'utf8',
);

describe('the error catalogue', () => {
  it('is the same as its documentation', () => {
    const documented = Array.from(documentation.matchAll(/^## (\w+)$/gm), ([, code]) => code);
    expect(documented.toSorted()).toEqual(Object.keys(errorCatalogue).toSorted());
  });

  it('makes errors that are recognised across copies of the package', () => {
    const error = new EmbeddedKafkaError('STOPPED', ['records'], { cause: 'why' });
    expect(error).toMatchObject({ name: 'EmbeddedKafkaError', code: 'STOPPED', cause: 'why' });
    const foreign = Object.assign(new Error('x'), { [Symbol.for('embedded-kafka.error')]: true });
    expect([error, foreign, new Error('x'), null, 'x'].map(each => EmbeddedKafkaError.is(each))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
