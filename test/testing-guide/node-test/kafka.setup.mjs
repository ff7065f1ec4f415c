import { kafkaSetup } from 'embedded-kafka/node-test/setup';

export const { globalSetup, globalTeardown } = kafkaSetup({ worker: true, defaultPartitions: 3 });
