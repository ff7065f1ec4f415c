import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, KafkaContext, MessagePattern, Payload } from '@nestjs/microservices';
import type { ContextReport, DragonKilled, Hero, Item, KillDragonMessage, Quest } from '../messages.js';
import { Chronicle } from './chronicle.js';

/** How often a quest fails before it succeeds. */
const FAILURES_BEFORE_SUCCESS = 2;

@Controller()
export class HeroesController {
  constructor(private readonly chronicle: Chronicle) {}

  /** The page's first sample: the answer is keyed by the hero and carries a header of its own. */
  @MessagePattern('hero.kill.dragon')
  killDragon(@Payload() message: KillDragonMessage) {
    const items: Item[] = [
      { id: 1, name: 'Mythical Sword' },
      { id: 2, name: 'Key to Dungeon' },
    ];
    return { headers: { kafka_nestRealm: 'Nest' }, key: message.heroId, value: items };
  }

  @MessagePattern('hero.get')
  getHero(@Payload() request: { heroId: number }): Hero {
    return { heroId: request.heroId, name: `Hero ${request.heroId}` };
  }

  /** What the transport knows about a message, as the page's section "Context" reads it. */
  @MessagePattern('hero.context')
  describeContext(@Ctx() context: KafkaContext): ContextReport {
    const { key, offset, timestamp, headers } = context.getMessage();
    return {
      topic: context.getTopic(),
      partition: context.getPartition(),
      key: String(key),
      offset,
      timestamp,
      realm: String(headers?.['realm']),
    };
  }

  @EventPattern('hero.dragon.killed')
  dragonKilled(@Payload() event: DragonKilled): void {
    this.chronicle.record(event.id);
  }

  /** An event handler that throws is redelivered until it succeeds: nothing is skipped. */
  @EventPattern('hero.quest')
  quest(@Payload() quest: Quest): void {
    const attempt = this.chronicle.attempt(quest.id);
    if (attempt <= FAILURES_BEFORE_SUCCESS) {
      throw new Error(`The quest "${quest.goal}" failed at attempt ${attempt}`);
    }
    this.chronicle.record(quest.id);
  }
}
