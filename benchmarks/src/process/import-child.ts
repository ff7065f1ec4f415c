import 'reflect-metadata';
import '@nestjs/common';
import { measure } from './measure.js';
import type { Report } from './protocol.js';

/*
 * What an application pays for a transport at its start, beside Nest itself. Nest's built-in loads kafkajs only when a
 * client or server is made; it is loaded here, because every application that uses the transport does that.
 */
const { contestant } = JSON.parse(process.argv[2]!) as { contestant: string };

const result = await measure(async () => {
  await import('@nestjs/microservices');
  await (contestant === 'built-in' ? import('kafkajs') : import('nest-kafka'));
  if (contestant !== 'built-in') {
    await import('kafkajs-platformatic');
  }
  return 1;
});
process.send!({ kind: 'result', result } satisfies Report);
process.disconnect?.();
