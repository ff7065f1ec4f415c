import { deliverySubjects } from './behaviours/delivery/index.js';
import { describeConformance } from './frame/conformance.js';
import { embeddedKafka } from './grounds/brokers.js';
import { ours, oursOnKafkaJS } from './grounds/ours.js';

describeConformance(ours('on the embedded broker', embeddedKafka), deliverySubjects);
describeConformance(oursOnKafkaJS('on the embedded broker', embeddedKafka), deliverySubjects);
