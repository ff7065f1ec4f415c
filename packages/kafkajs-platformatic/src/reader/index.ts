export { TopicReader } from './topic-reader.js';
export type { ReaderConfig, ReaderRunConfig, ReaderTopic } from './reader-types.js';
