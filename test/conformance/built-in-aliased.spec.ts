import { ServerKafka } from '@nestjs/microservices';
import { describe, expect, it } from 'vitest';
import { subjects } from './behaviours/index.js';
import { describeConformance } from './frame/conformance.js';
import { embeddedKafka } from './grounds/brokers.js';
import { builtIn } from './grounds/built-in.js';
import { aliasKafkaJS } from './grounds/kafkajs-alias.js';

aliasKafkaJS();

describe('The alias of kafkajs', () => {
  it("makes Nest's own transport run on kafkajs-platformatic", async () => {
    const client = await new ServerKafka({ client: { brokers: ['127.0.0.1:1'] } }).createClient();
    expect(typeof (client as { reader?: unknown }).reader).toBe('function');
  });
});

describeConformance(builtIn('on kafkajs-platformatic by alias, on the embedded broker', embeddedKafka), subjects);
