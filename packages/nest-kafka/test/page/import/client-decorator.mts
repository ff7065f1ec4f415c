/* oxlint-disable */
// Sections "Client", the decorator; "Naming conventions", the client; "Underlying producer and consumer".
import { Injectable } from '@nestjs/common';
import { Client, ClientKafkaProxy, KafkaStatus, kafkaClient } from 'nest-kafka';
import { broker } from '../broker.mjs';

@Injectable()
export class HeroesGateway {
  @Client({
    ...kafkaClient({
      client: {
        clientId: 'hero', // hero-client
        brokers: [broker],
      },
      consumer: {
        groupId: 'hero-consumer', // hero-consumer-client
      },
    }),
  })
  client: ClientKafkaProxy;

  onModuleInit() {
    this.client.subscribeToResponseOf('hero.get'); // hero.get.reply
  }

  watch(print: (status: KafkaStatus) => void) {
    const console = { log: print };
    this.client.status.subscribe((status: KafkaStatus) => {
      console.log(status);
    });
  }

  underlying() {
    const producer = this.client.producer;
    const consumer = this.client.consumer;
    return { producer, consumer };
  }
}
