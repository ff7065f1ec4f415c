import 'reflect-metadata';
import { startService } from './service.ts';
import { transportNamed } from './transports.ts';

/*
 * A replica of the service under test in a process of its own, to be killed or frozen. A message counts as handled when
 * the parent has been told of it.
 */
const [name = '', brokers = '', event = '', request = '', group = ''] = process.argv.slice(2);

async function tell(message: object): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.send?.(message, (error: Error | null) => (error === null ? resolve() : reject(error)));
  });
}

const subject = { transport: transportNamed(name), brokers: brokers.split(','), event, request, group };
const service = await startService(subject, id => tell({ handled: id }));
process.on('message', () => {
  void service.close().then(() => process.disconnect());
});
await tell({ listening: true });
