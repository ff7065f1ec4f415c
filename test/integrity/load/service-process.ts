import 'reflect-metadata';
import type { LogCreator } from '../record/run-log.ts';
import { startService } from './service.ts';
import type { ClientOptions, Subject } from './subject.ts';
import { transportNamed } from './transports.ts';

/*
 * A replica of the service under test in a process of its own, to be killed or frozen. A message counts as handled when
 * the parent has been told of it. What its engine logs goes to the parent, too: the run's record is there.
 */
const [name = '', brokers = '', event = '', request = '', group = '', client = '{}'] = process.argv.slice(2);

async function tell(message: object): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.send?.(message, (error: Error | null) => (error === null ? resolve() : reject(error)));
  });
}

const logCreator: LogCreator =
  () =>
  ({ namespace, label, log: { message, ...fields } }) => {
    // Whoever cannot be told any more is gone, and this process with it.
    process.send?.({ logged: { namespace, label, log: { message, ...fields } } }, () => {});
  };
const subject: Subject = {
  transport: transportNamed(name),
  brokers: brokers.split(','),
  event,
  request,
  group,
  client: { ...(JSON.parse(client) as ClientOptions), logCreator },
};
const service = await startService(subject, id => tell({ handled: id }));
process.on('message', () => {
  void service.close().then(() => process.disconnect());
});
await tell({ listening: true });
