import { expect, it } from 'vitest';
import { harmless } from './terminal.js';

it('shows the control sequences of a message, and does not obey them', () => {
  const value = 'one\ntwo\tthree\u001b[2J\u009b31m\r\u0007\u202eend';
  expect(harmless(value)).toBe(String.raw`one
two	three\u001b[2J\u009b31m\u000d\u0007\u202eend`);
  expect(JSON.parse(harmless(JSON.stringify({ value })))).toEqual({ value });
});
