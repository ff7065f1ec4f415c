import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { ClientKafkaProxy } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import type { ContextReport, DragonKilled, Hero, Item, KillDragonMessage, Quest } from '../messages.js';

/** The application's edge: what an HTTP controller of a gateway would call. */
@Injectable()
export class HeroesGateway implements OnModuleInit {
  constructor(@Inject('HERO_SERVICE') private readonly client: ClientKafkaProxy) {}

  async onModuleInit(): Promise<void> {
    this.client.subscribeToResponseOf('hero.kill.dragon');
    this.client.subscribeToResponseOf('hero.get');
    this.client.subscribeToResponseOf('hero.context');
    await this.client.connect();
  }

  killDragon(message: KillDragonMessage): Promise<Item[]> {
    return firstValueFrom(this.client.send<Item[]>('hero.kill.dragon', { key: message.heroId, value: message }));
  }

  getHero(heroId: number): Promise<Hero> {
    return firstValueFrom(this.client.send<Hero>('hero.get', { heroId }));
  }

  describeContext(key: string, realm: string): Promise<ContextReport> {
    return firstValueFrom(
      this.client.send<ContextReport>('hero.context', { key, headers: { realm }, value: 'Where am I?' }),
    );
  }

  async dragonKilled(event: DragonKilled): Promise<void> {
    await firstValueFrom(this.client.emit('hero.dragon.killed', event));
  }

  async startQuest(quest: Quest): Promise<void> {
    await firstValueFrom(this.client.emit('hero.quest', quest));
  }
}
