import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { hideSecrets } from './hidden-secrets.js';
import type { KafkaTransportOptions } from './transport-options.js';

const sasl = { mechanism: 'scram-sha-256', username: 'alice', password: 'sesame' } as const;
const ssl = { ca: ['an authority'], key: 'a key', passphrase: 'open', pfx: 'all' };
const given: KafkaTransportOptions = { client: { brokers: ['localhost:9092'], sasl, ssl } };

describe('Options with secrets', () => {
  it('show none of them, however they are shown', () => {
    const { client } = hideSecrets(given);
    for (const shown of [inspect({ client }, { depth: 9 }), JSON.stringify({ client })]) {
      expect(shown).not.toMatch(/sesame|a key|open|all/);
      expect(shown).toMatch(/alice/);
      expect(shown).toMatch(/an authority/);
    }
  });

  it('have them for whoever reads or copies their fields, and are told apart from what was given by nothing else', () => {
    const { client } = hideSecrets(given);
    expect({ ...(client?.sasl as object) }).toEqual(sasl);
    expect({ ...(client?.ssl as object) }).toEqual(ssl);
    expect(client).toEqual(given.client);
    expect(inspect(sasl)).toContain('sesame');
  });

  it('are left as they are where there is nothing to hide', () => {
    const open: KafkaTransportOptions = { client: { brokers: ['localhost:9092'], ssl: true } };
    expect(hideSecrets(open)).toBe(open);
  });
});
