import { describe, expect, it } from 'vitest';
import { registry } from '../../api/registry.js';
import { hasGuard } from './authorized-api.js';

describe('authorization', () => {
  it.each(registry.map(api => [api.name, api] as const))('has a rule for %s', (_, api) => {
    expect(hasGuard(api)).toBe(true);
  });
});
