export type { KafkaClientSideOptions } from './client-options.js';
export type { ReplyOptions } from './reply-options.js';
export type { KafkaServerSideOptions } from './server-options.js';
export type { KafkaTransportOptions } from './transport-options.js';
export { validateOptions } from './validate-options.js';
