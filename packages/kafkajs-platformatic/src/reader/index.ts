export { TopicReader } from './topic-reader.js';
export type { ReaderConfig, ReaderRunConfig, ReaderTopic } from './reader-types.js';
export type { ReaderEvents } from './reader-events.js';
