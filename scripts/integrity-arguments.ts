import { KafkaScriptError } from './kafka/errors.ts';

export interface IntegrityArguments {
  /** What the specs read. */
  readonly env: Readonly<Record<string, string>>;
  /** For vitest. */
  readonly passedOn: readonly string[];
}

const LONG_MINUTES = 60;

/**
 * `--long`: the long run instead of the scenarios, `--minutes N` of it (default 60).
 * `--compare`: the built-in transport beside ours, on the same faults, in every scenario that it can run.
 */
export function parseIntegrityArguments(given: readonly string[]): IntegrityArguments {
  const passedOn: string[] = [];
  let isLong = false;
  let compares = false;
  let minutes: string | undefined;
  for (let i = 0; i < given.length; i++) {
    const argument = given[i] ?? '';
    if (argument === '--long') {
      isLong = true;
    } else if (argument === '--compare') {
      compares = true;
    } else if (argument === '--minutes') {
      minutes = given[++i] ?? '';
    } else if (argument.startsWith('--minutes=')) {
      minutes = argument.slice('--minutes='.length);
    } else {
      passedOn.push(argument);
    }
  }
  if (minutes !== undefined && !isLong) {
    throw new KafkaScriptError('--minutes is the length of the long run: give --long with it');
  }
  if (minutes !== undefined && !(Number(minutes) > 0 && Number(minutes) <= 24 * 60)) {
    throw new KafkaScriptError(`--minutes takes a number above 0 and up to ${24 * 60}, got "${minutes}"`);
  }
  return {
    env: {
      INTEGRITY_FORM: isLong ? 'long' : 'short',
      ...(isLong ? { INTEGRITY_MINUTES: minutes ?? String(LONG_MINUTES) } : {}),
      ...(compares ? { INTEGRITY_COMPARE: '1' } : {}),
    },
    passedOn,
  };
}
