import { kafkaTeardown } from 'embedded-kafka/jest/setup';

export default kafkaTeardown();
