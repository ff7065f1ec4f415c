import { ClientProxyFactory } from '@nestjs/microservices';
import { Kafka } from 'kafkajs';
import { kafkaClient, kafkaServer, type KafkaTransportOptions } from 'nest-kafka';
import type { ConformanceClient } from '../frame/conformance-client.js';
import type { BrokerSource, Ground } from '../frame/ground.js';

/** Our transport with these options in every server and client, through Nest's own extension points. */
const ground = (
  name: string,
  startBrokers: () => Promise<BrokerSource>,
  driver: KafkaTransportOptions = {},
  replies: KafkaTransportOptions = {},
): Ground => ({
  name,
  implementation: 'ours',
  startBrokers,
  createServer: options => kafkaServer({ ...options, ...driver }).strategy,
  createClient: options => {
    // A client that only produces has no replies to route, and says so when it is told to.
    const all = { ...options, ...driver, ...(options.producerOnlyMode ? {} : replies) };
    return ClientProxyFactory.create(kafkaClient(all)) as unknown as ConformanceClient;
  },
});

/** Our transport on our engine. */
export const ours = (where: string, startBrokers: () => Promise<BrokerSource>): Ground =>
  ground(`ours, ${where}`, startBrokers);

/** Our transport on our engine, replies by consumer group as the page describes it. */
export const oursInGroupRouting = (where: string, startBrokers: () => Promise<BrokerSource>): Ground =>
  ground(`ours with group routing, ${where}`, startBrokers, {}, { reply: { routing: 'group' } });

/** Our transport on KafkaJS itself; without a group-less reader, its replies come by group routing. */
export const oursOnKafkaJS = (where: string, startBrokers: () => Promise<BrokerSource>): Ground =>
  ground(
    `ours with driver kafkajs, ${where}`,
    startBrokers,
    { driver: config => new Kafka(config) },
    { reply: { routing: 'group' } },
  );
