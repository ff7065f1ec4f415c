import { ClientProxyFactory, Transport, type ClientKafkaProxy, type MicroserviceOptions } from '@nestjs/microservices';
import { ClientKafka, kafkaServer } from 'nest-kafka';

/** The oracle first: every figure of ours is shown as a ratio to its figure from the same round. */
export const contestantNames = ['built-in', 'nest-kafka'] as const;
export type ContestantName = (typeof contestantNames)[number];

/** Options that both transports take, with equal settings wherever a default of theirs differs. */
export interface Settings {
  brokers: string[];
  /** Distinguishes one round's topics, group and client from those of every other. */
  name: string;
}

export function serverOptions(contestant: ContestantName, { brokers, name }: Settings): MicroserviceOptions {
  const options = {
    client: { clientId: name, brokers },
    consumer: { groupId: name },
    subscribe: { fromBeginning: true },
  };
  return contestant === 'built-in' ? { transport: Transport.KAFKA, options } : kafkaServer(options);
}

export function createClient(contestant: ContestantName, { brokers, name }: Settings): ClientKafkaProxy {
  const options = { client: { clientId: name, brokers }, consumer: { groupId: name } };
  return contestant === 'built-in'
    ? (ClientProxyFactory.create({ transport: Transport.KAFKA, options }) as ClientKafkaProxy)
    : (new ClientKafka(options) as unknown as ClientKafkaProxy);
}
