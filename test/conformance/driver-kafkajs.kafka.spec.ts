import { subjects } from './behaviours/index.js';
import { describeConformance } from './frame/conformance.js';
import { apacheKafka } from './grounds/brokers.js';
import { oursOnKafkaJS } from './grounds/ours.js';

describeConformance(oursOnKafkaJS('on Apache Kafka', apacheKafka), subjects);
