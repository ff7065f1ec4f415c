import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { WireClient } from '../../../test/support/wire-client.js';
import { EmbeddedKafka } from '../../embedded-kafka.js';
import { describeConfigsCodec } from '../../protocol/generated/describe-configs.js';
import { readProperties } from './property-options.js';
import type { BrokerProperties } from './property-value.js';

const TOPIC = 2;
const BROKER = 4;

const read = (properties: BrokerProperties) => {
  const faults: string[] = [];
  return { ...readProperties(properties, faults), faults };
};

async function configOf(kafka: EmbeddedKafka, resourceType: number, resourceName: string, name: string) {
  const client = await WireClient.connect(kafka.brokers[0] ?? '');
  const { results } = await client.call(describeConfigsCodec, 4, {
    resources: [{ resourceType, resourceName, configurationKeys: [name] }],
    includeSynonyms: false,
    includeDocumentation: false,
  });
  client.destroy();
  const [{ value, configSource } = { value: null, configSource: 0 }] = results[0]?.configs ?? [];
  return { value, configSource };
}

describe("Kafka's broker properties", () => {
  it('are the defaults of topics, whatever their unit, and DescribeConfigs tells where they come from', async () => {
    await using kafka = await EmbeddedKafka.start({
      topics: ['orders', { name: 'own', configs: { 'retention.ms': 5 } }],
      properties: {
        'log.retention.minutes': 2,
        'message.max.bytes': 100,
        'min.insync.replicas': 1,
        'num.io.threads': 3,
      },
    });
    expect(await configOf(kafka, TOPIC, 'orders', 'retention.ms')).toEqual({ value: '120000', configSource: 4 });
    expect(await configOf(kafka, TOPIC, 'own', 'retention.ms')).toEqual({ value: '5', configSource: 1 });
    expect(await configOf(kafka, TOPIC, 'orders', 'max.message.bytes')).toEqual({ value: '100', configSource: 4 });
    expect(await configOf(kafka, BROKER, '1', 'num.io.threads')).toEqual({ value: '3', configSource: 4 });
    expect(await configOf(kafka, BROKER, '1', 'log.retention.minutes')).toEqual({ value: '2', configSource: 4 });
  });

  it('stand for options, which win', () => {
    expect(
      read({
        'num.partitions': 3,
        'auto.create.topics.enable': false,
        'group.min.session.timeout.ms': '100',
        'broker.rack': 'a',
        'node.id': 7,
        'log.dirs': '/data',
        'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector',
      }),
    ).toMatchObject({
      faults: [],
      options: {
        defaultPartitions: 3,
        autoCreateTopics: false,
        groupMinSessionTimeoutMs: 100,
        brokers: [{ id: 7, rack: 'a' }],
        dataDir: '/data',
        replicaSelector: 'rack',
      },
      withoutEffect: [],
    });
  });

  it('are listeners with their addresses, protocols, certificates and users', () => {
    const certificates = new URL('../../../test/support/certificates/', import.meta.url);
    const { options, faults } = read({
      listeners: 'INTERNAL://:0,OUTSIDE://[::1]:9093,CONTROLLER://:9094',
      'advertised.listeners': 'OUTSIDE://broker.test:19093',
      'listener.security.protocol.map': 'INTERNAL:PLAINTEXT,OUTSIDE:SASL_SSL,CONTROLLER:PLAINTEXT',
      'controller.listener.names': 'CONTROLLER',
      'listener.name.outside.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512',
      'listener.name.outside.plain.sasl.jaas.config':
        'org.apache.kafka.common.security.plain.PlainLoginModule required username="a" user_alice="s\\"cret" user_bob=\'x\';',
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.key': 'KEY',
      'ssl.keystore.certificate.chain': 'CERT',
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': fileURLToPath(new URL('ca.crt', certificates)),
      'ssl.client.auth': 'required',
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:admin;User:CN=broker,O=test',
    });
    expect(faults).toEqual([]);
    expect(options.listeners).toMatchObject([
      { name: 'INTERNAL', protocol: 'PLAINTEXT', port: 0 },
      {
        name: 'OUTSIDE',
        protocol: 'SASL_SSL',
        host: '::1',
        port: 9093,
        advertisedHost: 'broker.test',
        advertisedPort: 19_093,
        mechanisms: ['PLAIN', 'SCRAM-SHA-512'],
        tls: { key: 'KEY', cert: 'CERT', ca: readFileSync(new URL('ca.crt', certificates)), clientAuth: 'required' },
      },
    ]);
    expect(options.users).toEqual({ alice: 's"cret', bob: 'x' });
    expect(options.authorizer?.superUsers).toEqual(['User:admin', 'User:CN=broker,O=test']);
  });

  it('are told by name if they change nothing here', () => {
    expect(read({ 'num.io.threads': 8, 'log.retention.ms': 1, 'process.roles': 'broker' }).withoutEffect).toEqual([
      'num.io.threads',
      'process.roles',
    ]);
  });

  it('are refused all at once, with the nearest name, and without telling a secret', async () => {
    const start = EmbeddedKafka.start({
      properties: {
        'log.retention.sm': 1,
        'num.partitions': 'many',
        'compression.type': 'best',
        listeners: 'nowhere',
        'zookeeper.connect': 'x',
      },
    });
    const error: unknown = await start.catch((reason: unknown) => reason);
    for (const fault of [
      "property log.retention.sm is none of Kafka 4.1's (did you mean log.retention.ms?)",
      'property num.partitions cannot be "many"',
      'property compression.type cannot be "best"',
      "property zookeeper.connect is none of Kafka 4.1's",
    ]) {
      expect(String(error)).toContain(fault);
    }
    const { faults } = read({
      listeners: 'nowhere,A://:1',
      'advertised.listeners': 'B://h:1',
      'ssl.keystore.type': 'JKS',
      'sasl.enabled.mechanisms': 'GSSAPI',
    });
    expect(faults).toEqual([
      'property listeners must be like PLAINTEXT://localhost:9092, got "nowhere"',
      'property advertised.listeners names B, which is none of listeners',
      'property listener.security.protocol.map does not say the protocol of listener A',
    ]);
    const secured = read({
      listeners: 'SASL_SSL://:1',
      'ssl.keystore.location': '/keys.jks',
      'sasl.enabled.mechanisms': 'GSSAPI,PLAIN',
      'group.max.size': 0,
    });
    expect(secured.faults).toEqual([
      expect.stringContaining('maxGroupSize must be an integer'),
      'property ssl.keystore.type of listener SASL_SSL must be PEM or PKCS12, JKS cannot be read',
      expect.stringContaining('sasl.enabled.mechanisms: GSSAPI is not served'),
    ]);
  });
});
