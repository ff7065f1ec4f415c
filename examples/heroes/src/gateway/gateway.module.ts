import { Module, type DynamicModule } from '@nestjs/common';
import { ClientsModule, Transport } from '@nestjs/microservices';
import { HeroesGateway } from './heroes.gateway.js';

@Module({})
export class GatewayModule {
  static to(brokers: string[]): DynamicModule {
    return {
      module: GatewayModule,
      imports: [
        ClientsModule.register([
          {
            name: 'HERO_SERVICE',
            transport: Transport.KAFKA,
            options: { client: { clientId: 'hero', brokers }, consumer: { groupId: 'hero-consumer' } },
          },
        ]),
      ],
      providers: [HeroesGateway],
    };
  }
}
