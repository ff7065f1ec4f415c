/* oxlint-disable */
// Section "Client", the module.
import { Inject, Injectable, Module } from '@nestjs/common';
import { ClientKafkaProxy, ClientsModule, kafkaClient } from 'nest-kafka';
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
        ...kafkaClient({
          client: {
            clientId: 'hero',
            brokers: [broker],
          },
          consumer: {
            groupId: 'hero-consumer',
          },
        }),
      },
    ]),
  ],
  providers: [HeroesService],
})
export class HeroesModule {}
