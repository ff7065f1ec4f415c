import { deliverySubjects } from './behaviours/delivery/index.js';
import { describeConformance } from './frame/conformance.js';
import { apacheKafka } from './grounds/brokers.js';
import { ours, oursOnKafkaJS } from './grounds/ours.js';

describeConformance(ours('on Apache Kafka', apacheKafka), deliverySubjects);
describeConformance(oursOnKafkaJS('on Apache Kafka', apacheKafka), deliverySubjects);
