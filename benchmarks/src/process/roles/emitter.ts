import { firstValueFrom } from 'rxjs';
import { Kafka } from 'kafkajs-platformatic';
import { compressionType, createClient, engineOptions, type ContestantName, type Settings } from '../../contestants.js';

/** Sends events; resolves when they are acknowledged. */
export interface Emitter {
  emit(payload: object): Promise<unknown>;
  emitBatch(payloads: object[]): Promise<unknown>;
  close(): Promise<void>;
}

const toMessage = (payload: object) => ({ value: JSON.stringify(payload) });

export async function openEmitter(contestant: ContestantName, settings: Settings, topic: string): Promise<Emitter> {
  if (contestant === 'engine') {
    const producer = new Kafka(engineOptions(settings)).producer();
    await producer.connect();
    const compression = compressionType(settings.compression);
    return {
      emit: payload => producer.send({ topic, messages: [toMessage(payload)], compression }),
      emitBatch: payloads => producer.send({ topic, messages: payloads.map(toMessage), compression }),
      close: () => producer.disconnect(),
    };
  }
  const client = createClient(contestant, settings);
  await client.connect();
  return {
    emit: payload => firstValueFrom(client.emit(topic, payload)),
    emitBatch: payloads => firstValueFrom(client.emitBatch(topic, { messages: payloads })),
    close: async () => client.close(),
  };
}
