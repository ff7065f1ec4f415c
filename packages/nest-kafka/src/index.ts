export { ClientKafka, ClientKafka as ClientKafkaProxy } from './client/client-kafka.js';
export { ManualAckContext } from './delivery/ack/manual-ack-context.js';
export { NegativeAcknowledgement } from './delivery/ack/manual-ack.js';
export { BatchItemFailure } from './delivery/batch/batch-item-failure.js';
export { ItemsPipe } from './delivery/batch/items.pipe.js';
export { KafkaBatchContext } from './delivery/batch/kafka-batch-context.js';
export {
  KafkaBatchTransactionContext,
  KafkaTransactionContext,
} from './delivery/transaction/kafka-transaction-context.js';
export type { TransactionalEmits } from './delivery/transaction/kafka-transaction-context.js';
export { ManualAckBatchContext } from './delivery/batch/manual-batch.js';
export { Delivery } from './delivery/delivery.decorator.js';
export type { HandlerDecorator } from './delivery/delivery.decorator.js';
export { DeadLetterHeaders } from './delivery/dead-letter/dead-letter-headers.js';
export type { DeliveryCounts, UndeliverableMessage } from './delivery/observation/delivery-counts.js';
export type { DeliveryEvent, DeliveryListener } from './delivery/observation/delivery-event.js';
export type {
  DeadLetterTopic,
  DeliveryBatch,
  DeliveryPolicy,
  DeliveryRateLimit,
  DeliveryRetry,
  DeliveryTransaction,
  ErrorClass,
} from './delivery/policy/delivery-policy.js';
export type {
  DriverCapabilities,
  DriverFactory,
  KafkaAdmin,
  KafkaDriver,
  KafkaReader,
  ReaderOptions,
  ReaderTopic,
} from './driver/kafka-driver.js';
export { KafkaStatus } from './driver/kafka-status.js';
export type {
  Consumer,
  ConsumerConfig,
  EachMessagePayload,
  KafkaConfig,
  KafkaMessage,
  Producer,
  ProducerConfig,
  ProducerMessage,
  RecordHeaders,
  RecordMetadata,
  RunConfig,
  SendConfig,
  SubscribeConfig,
} from './driver/kafka-types.js';
export * from './errors/index.js';
export { EventPattern } from './event-pattern.js';
export type { TypedEventDecorator } from './event-pattern.js';
export { KafkaMaxRetryExceptionFilter } from './filter/kafka-max-retry-exception.filter.js';
export type { SkipHandler } from './filter/kafka-max-retry-exception.filter.js';
export type { KafkaMaxRetryOptions } from './filter/max-retry-options.js';
export { kafkaClient, kafkaServer } from './extension-points.js';
export type {
  HealthSource,
  KafkaHealth,
  KafkaHealthOptions,
  OldestUnacknowledged,
  PartitionLag,
  StalledPartition,
} from './health/kafka-health.js';
export type { IncomingMessage } from './incoming/incoming-message.js';
export { RequestDeserializer } from './incoming/request-deserializer.js';
export { ResponseDeserializer } from './incoming/response-deserializer.js';
export { TransportHeaders } from './incoming/transport-headers.js';
export type {
  KafkaClientSideOptions,
  KafkaServerSideOptions,
  KafkaTransportOptions,
  ReplyOptions,
} from './options/index.js';
export { KafkaRecord } from './outgoing/kafka-record.js';
export type { KafkaRecordOptions } from './outgoing/kafka-record.js';
export { KafkaRecordBuilder } from './outgoing/kafka-record-builder.js';
export { RecordSerializer } from './outgoing/record-serializer.js';
export { KafkaReplyPartitionAssigner } from './reply/kafka-reply-partition-assigner.js';
export { KafkaContext } from './server/kafka-context.js';
export { ServerKafka, ServerKafka as KafkaServer } from './server/server-kafka.js';

export {
  Client,
  ClientProxy,
  ClientProxyFactory,
  ClientsModule,
  Ctx,
  KafkaHeaders,
  KafkaLogger,
  KafkaParser,
  KafkaRetriableException,
  MessagePattern,
  Payload,
  RpcException,
  Transport,
} from '@nestjs/microservices';
export { KafkaRequestDeserializer } from '@nestjs/microservices/deserializers/kafka-request.deserializer.js';
export { KafkaResponseDeserializer } from '@nestjs/microservices/deserializers/kafka-response.deserializer.js';
export type { KafkaOptions, MicroserviceOptions } from '@nestjs/microservices';
