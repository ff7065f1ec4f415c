import { subjects } from './behaviours/index.js';
import { describeConformance } from './frame/conformance.js';
import { embeddedKafka } from './grounds/brokers.js';
import { ours, oursInGroupRouting } from './grounds/ours.js';

describeConformance(ours('on the embedded broker', embeddedKafka), subjects);
describeConformance(oursInGroupRouting('on the embedded broker', embeddedKafka), subjects);
