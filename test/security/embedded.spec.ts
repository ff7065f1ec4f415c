import { EmbeddedKafka } from 'embedded-kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificates } from '../../packages/embedded-kafka/test/support/test-certificates.js';
import { PASSWORD, type SecureGround, securityBehaviours } from './security-behaviours.js';

const print = (message: string): void => console.info(message);

describe('On the embedded broker', () => {
  const { ca, server, alice } = certificates;
  let embedded: EmbeddedKafka;
  let ground: SecureGround;

  beforeAll(async () => {
    embedded = await EmbeddedKafka.start({
      users: { alice: PASSWORD },
      // What it logs is part of what is searched for secrets.
      logger: { debug: print, info: print, warn: print, error: print },
      listeners: [
        {
          name: 'ALL',
          protocol: 'SASL_SSL',
          mechanisms: ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'],
          tls: server,
        },
        { name: 'TLS', protocol: 'SSL', tls: server },
        { name: 'PLAIN_ONLY', protocol: 'SASL_PLAINTEXT', mechanisms: ['PLAIN'] },
      ],
    });
    const address = (name: string): string => embedded.addresses(name)[0] as string;
    ground = {
      saslSsl: address('ALL'),
      ssl: address('TLS'),
      plainOnly: address('PLAIN_ONLY'),
      ca,
      own: alice,
      others: [embedded],
    };
  });
  afterAll(() => embedded.stop());

  securityBehaviours(() => ground);

  it('shows of itself where it listens, and no more', () => {
    expect(JSON.stringify(embedded)).toBe(JSON.stringify({ brokers: embedded.brokers }));
  });
});
