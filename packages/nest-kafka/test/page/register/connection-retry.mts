/* oxlint-disable */
// Sections "Connection-level retry" and "Instance status updates", the server.
import 'nest-kafka/register';
import { INestApplication } from '@nestjs/common';
import { KafkaStatus, MicroserviceOptions, Transport } from '@nestjs/microservices';
import { broker } from '../broker.mjs';

export function connect(app: INestApplication, print: (status: KafkaStatus) => void) {
  const console = { log: print };
  const microserviceOptions: MicroserviceOptions = {
    transport: Transport.KAFKA,
    options: {
      client: {
        brokers: [broker],
        retry: {
          // Initial retry delay in milliseconds
          initialRetryTime: 300,
          // Maximum number of retries
          retries: 4,
          // Multiplier for increasing wait time between retries (e.g., 2x)
          factor: 2,
        },
      },
    },
  };

  const server = app.connectMicroservice<MicroserviceOptions>(microserviceOptions);
  server.status.subscribe((status: KafkaStatus) => {
    console.log(status);
  });
}
