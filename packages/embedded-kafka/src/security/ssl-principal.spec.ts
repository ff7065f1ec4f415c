import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { certificates } from '../../test/support/test-certificates.js';
import { principalText } from './principal.js';
import { sslPrincipal } from './ssl-principal.js';

describe('the principal of a certificate', () => {
  it('is its subject, the most specific part first, as Kafka writes it', () => {
    const alice = new X509Certificate(certificates.alice.cert);
    expect(principalText(sslPrincipal(alice))).toBe('User:CN=alice,O=Heroes\\, Inc.,C=DE');
  });

  it('is ANONYMOUS without one', () => {
    expect(principalText(sslPrincipal(undefined))).toBe('User:ANONYMOUS');
  });
});
