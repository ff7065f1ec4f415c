/* oxlint-disable */
// Section "Retriable exceptions".
import { Controller } from '@nestjs/common';
import { KafkaRetriableException, MessagePattern } from 'nest-kafka';

export let attempts = 0;

@Controller()
export class RetriableController {
  @MessagePattern('hero.retriable')
  killDragon() {
    attempts++;
    if (attempts < 3) {
      throw new KafkaRetriableException('...');
    }
    return { attempts };
  }
}
