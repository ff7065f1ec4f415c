import { subjects } from './behaviours/index.js';
import { describeConformance } from './frame/conformance.js';
import { embeddedKafka } from './grounds/brokers.js';
import { builtIn } from './grounds/built-in.js';

describeConformance(builtIn('on the embedded broker', embeddedKafka), subjects);
