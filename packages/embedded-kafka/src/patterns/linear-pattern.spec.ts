import { describe, expect, it } from 'vitest';
import { InvalidPatternError, LinearPattern } from './linear-pattern.js';

const matches = (pattern: string, text: string): boolean => new LinearPattern(pattern).matches(text);

describe('a pattern that comes from the network', () => {
  it.each([
    ['.*-one', 'a-one'],
    ['one|two', 'two'],
    ['a(b|cd)*e', 'abcdbe'],
    ['(?:ab)+', 'abab'],
    ['[a-c_]{2,3}', 'a_c'],
    ['[^a]x?', 'b'],
    ['[]a]', ']'],
    ['\\d+\\.\\w', '12.x'],
    ['^a$', 'a'],
    ['a{2}', 'aa'],
    ['a{2,}', 'aaaa'],
    ['', ''],
    ['a||b', ''],
    ['é😀.', 'é😀ß'],
  ])('%s matches %s', (pattern, text) => {
    expect(matches(pattern, text)).toBe(true);
    expect(new RegExp(`^(?:${pattern === '[]a]' ? '[\\]a]' : pattern})$`, 'u').test(text)).toBe(true);
  });

  it.each([
    ['one', 'a-one'],
    ['one', 'one-a'],
    ['[a-c]', 'd'],
    ['a{2,3}', 'aaaa'],
    ['a^b', 'ab'],
    ['.', '\n'],
    ['', 'a'],
  ])('%s does not match %s', (pattern, text) => {
    expect(matches(pattern, text)).toBe(false);
  });

  it.each([
    '[',
    '(',
    ')',
    'a)',
    '*',
    'a**',
    'a{3,2}',
    'a{2000}',
    '(?=a)',
    '(?i)a',
    '\\',
    '\\b',
    '[b-a]',
    '(a{500}){500}',
  ])('%s is refused', pattern => {
    expect(() => new LinearPattern(pattern)).toThrow(InvalidPatternError);
  });

  it('takes no longer where others backtrack', () => {
    const before = performance.now();
    expect(matches('(a+)+(a|aa)*b', 'a'.repeat(5_000))).toBe(false);
    expect(performance.now() - before).toBeLessThan(2_000);
  });

  it('is refused if its groups are nested as deep as the stack', () => {
    expect(() => new LinearPattern('('.repeat(100_000))).toThrow(InvalidPatternError);
  });
});
