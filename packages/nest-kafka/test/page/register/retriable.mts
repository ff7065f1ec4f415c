/* oxlint-disable */
// Section "Retriable exceptions".
import 'nest-kafka/register';
import { Controller } from '@nestjs/common';
import { KafkaRetriableException, MessagePattern } from '@nestjs/microservices';

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
