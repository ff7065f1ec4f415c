import { subjects } from './behaviours/index.js';
import { describeConformance } from './frame/conformance.js';
import { apacheKafka } from './grounds/brokers.js';
import { builtIn } from './grounds/built-in.js';

describeConformance(builtIn('on Apache Kafka', apacheKafka), subjects);
