import { describe, expect, it } from 'vitest';
import { parseProperties } from './properties-format.js';

describe('a file of properties', () => {
  it('is read as Java reads it', () => {
    const text = [
      '# a comment that ends in a backslash \\',
      '! another',
      '',
      'num.partitions=3',
      '  log.dirs = /data ',
      'listeners: PLAINTEXT://:9092,\\',
      '    SSL://:9093',
      'super.users User:admin',
      'empty',
      'a\\ b\\=c\\:d=\\u00e9\\t\\\\',
      'num.partitions=4',
      'last=x\\',
    ].join('\r\n');
    expect(Object.fromEntries(parseProperties(text))).toEqual({
      'num.partitions': '4',
      'log.dirs': '/data ',
      listeners: 'PLAINTEXT://:9092,SSL://:9093',
      'super.users': 'User:admin',
      empty: '',
      'a b=c:d': 'é\t\\',
      last: 'x',
    });
  });
});
