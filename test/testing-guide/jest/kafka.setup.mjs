import { kafkaSetup } from 'embedded-kafka/jest/setup';

export default kafkaSetup({ defaultPartitions: 3 });
