/* oxlint-disable */
// Section "Client", the module.
import 'nest-kafka/register';
import { Inject, Injectable, Module } from '@nestjs/common';
import { ClientKafkaProxy, ClientsModule, Transport } from '@nestjs/microservices';
import { broker } from '../broker.mjs';

@Injectable()
export class HeroesService {
  constructor(@Inject('HERO_SERVICE') readonly client: ClientKafkaProxy) {}
}

@Module({
  imports: [
    ClientsModule.register([
      {
        name: 'HERO_SERVICE',
        transport: Transport.KAFKA,
        options: {
          client: {
            clientId: 'hero',
            brokers: [broker],
          },
          consumer: {
            groupId: 'hero-consumer',
          },
        },
      },
    ]),
  ],
  providers: [HeroesService],
})
export class HeroesModule {}
