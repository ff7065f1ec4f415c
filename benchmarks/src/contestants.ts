import {
  ClientProxyFactory,
  Transport,
  type ClientKafka as NestClient,
  type MicroserviceOptions,
} from '@nestjs/microservices';
import kafkajs from 'kafkajs';
import { CompressionCodecs, CompressionTypes, logLevel } from 'kafkajs-platformatic';
import { ClientKafka, kafkaServer } from 'nest-kafka';

/** `engine` is kafkajs-platformatic without Nest: what it is ahead by is what the transport costs. */
export type ContestantName = 'built-in' | 'nest-kafka' | 'engine';

export type Compression = 'gzip' | 'zstd' | 'lz4';

/** Options that all contestants take, with equal settings wherever a default of theirs differs. */
export interface Settings {
  brokers: string[];
  /** Distinguishes one round's topics, group and client from those of every other. */
  name: string;
  compression?: Compression;
}

const codecs: Record<Compression, 1 | 3 | 4> = {
  gzip: CompressionTypes.GZIP,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
};

export function compressionType(compression: Compression | undefined): 0 | 1 | 3 | 4 {
  return compression === undefined ? 0 : codecs[compression];
}

/** kafkajs has gzip alone; for the others it is given the same codecs, so that not they are compared. */
export function lendCodecs(): void {
  kafkajs.CompressionCodecs[CompressionTypes.LZ4] = CompressionCodecs[CompressionTypes.LZ4];
  kafkajs.CompressionCodecs[CompressionTypes.ZSTD] = CompressionCodecs[CompressionTypes.ZSTD];
}

function transportOptions({ brokers, name, compression }: Settings) {
  return {
    client: { clientId: name, brokers },
    consumer: { groupId: name },
    ...(compression === undefined ? {} : { send: { compression: compressionType(compression) } }),
  };
}

export function serverOptions(contestant: ContestantName, settings: Settings): MicroserviceOptions {
  const options = { ...transportOptions(settings), subscribe: { fromBeginning: true } };
  return contestant === 'built-in' ? { transport: Transport.KAFKA, options } : kafkaServer(options);
}

export function createClient(contestant: ContestantName, settings: Settings): NestClient {
  const options = transportOptions(settings);
  return contestant === 'built-in'
    ? (ClientProxyFactory.create({ transport: Transport.KAFKA, options }) as NestClient)
    : (new ClientKafka(options) as unknown as NestClient);
}

export function engineOptions({ brokers, name }: Settings) {
  return { clientId: name, brokers, logLevel: logLevel.ERROR };
}
