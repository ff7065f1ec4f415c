import { describe, expect, it } from 'vitest';
import { parseIntegrityArguments } from './integrity-arguments.ts';

describe('The arguments of npm run test:integrity', () => {
  it('ask for the short form of all scenarios with our transport alone by default', () => {
    expect(parseIntegrityArguments([])).toEqual({ env: { INTEGRITY_FORM: 'short' }, passedOn: [] });
  });

  it('ask for an hour with --long, and for less with --minutes', () => {
    expect(parseIntegrityArguments(['--long']).env).toEqual({ INTEGRITY_FORM: 'long', INTEGRITY_MINUTES: '60' });
    expect(parseIntegrityArguments(['--long', '--minutes', '5']).env).toMatchObject({ INTEGRITY_MINUTES: '5' });
    expect(parseIntegrityArguments(['--minutes=0.5', '--long']).env).toMatchObject({ INTEGRITY_MINUTES: '0.5' });
  });

  it('ask for the built-in beside ours with --compare, and pass on to vitest what is not theirs', () => {
    const { env, passedOn } = parseIntegrityArguments(['--compare', 'test/integrity/network', '-t', 'slow']);
    expect(env).toEqual({ INTEGRITY_FORM: 'short', INTEGRITY_COMPARE: '1' });
    expect(passedOn).toEqual(['test/integrity/network', '-t', 'slow']);
  });

  it.each([[['--minutes', '5']], [['--long', '--minutes']], [['--long', '--minutes=-1']], [['--long', '--minutes=x']]])(
    'that make no sense are refused: %j',
    given => {
      expect(() => parseIntegrityArguments(given)).toThrow(/--minutes/u);
    },
  );
});
