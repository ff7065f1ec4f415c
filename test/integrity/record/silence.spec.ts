import { describe, expect, it } from 'vitest';
import { Silence } from './silence.js';

describe('The longest silence', () => {
  it('is between two signs of life, or before the first or after the last of a load', () => {
    let now = 0;
    const silence = new Silence(() => now);
    silence.begin();
    now = 300;
    silence.heard();
    now = 700;
    silence.heard();
    expect(silence.longest).toBe(400);
    now = 1_700;
    silence.end();
    expect(silence.longest).toBe(1_000);
    now = 9_000;
    silence.heard();
    expect(silence.longest).toBe(1_000);
  });
});
