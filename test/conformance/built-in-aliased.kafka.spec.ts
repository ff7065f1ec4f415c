import { subjects } from './behaviours/index.js';
import { describeConformance } from './frame/conformance.js';
import { apacheKafka } from './grounds/brokers.js';
import { builtIn } from './grounds/built-in.js';
import { aliasKafkaJS } from './grounds/kafkajs-alias.js';

aliasKafkaJS();

describeConformance(builtIn('on kafkajs-platformatic by alias, on Apache Kafka', apacheKafka), subjects);
