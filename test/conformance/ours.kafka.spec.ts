import { subjects } from './behaviours/index.js';
import { describeConformance } from './frame/conformance.js';
import { apacheKafka } from './grounds/brokers.js';
import { ours, oursInGroupRouting } from './grounds/ours.js';

describeConformance(ours('on Apache Kafka', apacheKafka), subjects);
describeConformance(oursInGroupRouting('on Apache Kafka', apacheKafka), subjects);
