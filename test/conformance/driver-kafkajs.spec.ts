import { subjects } from './behaviours/index.js';
import { describeConformance } from './frame/conformance.js';
import { embeddedKafka } from './grounds/brokers.js';
import { oursOnKafkaJS } from './grounds/ours.js';

describeConformance(oursOnKafkaJS('on the embedded broker', embeddedKafka), subjects);
