import { describe, expect, it } from 'vitest';
import { parseAcl, parseListener, parseTopic, parseUser } from './option-texts.js';

describe('what an option of the command line says', () => {
  it('is a topic with partitions and configurations', () => {
    expect(parseTopic('a')).toEqual({ name: 'a' });
    expect(parseTopic('a:3:cleanup.policy=compact,delete:retention.ms=5')).toEqual({
      name: 'a',
      partitions: 3,
      configs: { 'cleanup.policy': 'compact,delete', 'retention.ms': '5' },
    });
    expect(parseTopic('a:retention.ms=5')).toEqual({ name: 'a', configs: { 'retention.ms': '5' } });
    expect(() => parseTopic('a:x')).toThrow('must have a number where "x" is');
    expect(() => parseTopic('a:3:x')).toThrow('must be like name:partitions:config=value');
  });

  it('is a listener', () => {
    expect(parseListener('PLAINTEXT://:0')).toEqual({ protocol: 'PLAINTEXT', port: 0 });
    expect(parseListener('OUT=SASL_SSL://[::1]:9093?advertised=broker.test:19093&mechanisms=PLAIN')).toEqual({
      name: 'OUT',
      protocol: 'SASL_SSL',
      host: '::1',
      port: 9093,
      advertisedHost: 'broker.test',
      advertisedPort: 19_093,
      mechanisms: ['PLAIN'],
    });
    for (const text of ['9092', 'PLAINTEXT://h', 'SSL://h:1?tls=x', 'SSL://h:1?advertised=:1']) {
      expect(() => parseListener(text)).toThrow(/must be like|can have|must advertise/);
    }
  });

  it('is an ACL', () => {
    expect(parseAcl('User:alice READ TOPIC:orders')).toEqual({
      principal: 'User:alice',
      operation: 'READ',
      resourceType: 'TOPIC',
      resourceName: 'orders',
    });
    expect(parseAcl('DENY User:CN=a, O=b WRITE TOPIC:audit.* FROM 10.0.0.7')).toEqual({
      permission: 'DENY',
      principal: 'User:CN=a, O=b',
      operation: 'WRITE',
      resourceType: 'TOPIC',
      resourceName: 'audit.',
      patternType: 'PREFIXED',
      host: '10.0.0.7',
    });
    expect(parseAcl('User:* READ TOPIC:*')).toMatchObject({ principal: 'User:*', resourceName: '*' });
    expect(parseAcl('User:* READ TOPIC:*').patternType).toBeUndefined();
    expect(() => parseAcl('alice READ orders')).toThrow('must be like "User:alice READ TOPIC:orders"');
  });

  it('is a user, whose password no error tells', () => {
    expect(parseUser('alice:a:b')).toEqual(['alice', 'a:b']);
    expect(() => parseUser('secret')).toThrow(/^must be like alice:secret$/);
  });
});
