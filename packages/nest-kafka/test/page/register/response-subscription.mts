/* oxlint-disable */
// Section "Message response subscription".
import 'nest-kafka/register';
import { Controller, Inject } from '@nestjs/common';
import { ClientKafkaProxy } from '@nestjs/microservices';

@Controller()
export class HeroesController {
  constructor(@Inject('HERO_SERVICE') readonly client: ClientKafkaProxy) {}

  onModuleInit() {
    this.client.subscribeToResponseOf('hero.kill.dragon');
  }
}

@Controller()
export class AsyncHeroesController {
  constructor(@Inject('HERO_SERVICE') readonly client: ClientKafkaProxy) {}

  async onModuleInit() {
    this.client.subscribeToResponseOf('hero.kill.dragon');
    await this.client.connect();
  }
}
