import { alterUserScramCredentialsCodec } from '../../../src/protocol/generated/alter-user-scram-credentials.js';
import { describeUserScramCredentialsCodec } from '../../../src/protocol/generated/describe-user-scram-credentials.js';
import { conversationsAbout } from '../conversation.js';
import type { Talk } from '../talk.js';

const credential = (name: string, choices: object = {}) => ({
  name,
  mechanism: 1,
  iterations: 4_096,
  salt: Buffer.from('salt of a user'),
  saltedPassword: Buffer.alloc(32, 7),
  ...choices,
});

async function describe(talk: Talk, step: string, ...names: string[]): Promise<void> {
  await talk.moment();
  await talk.ask(step, describeUserScramCredentialsCodec, { users: names.map(name => ({ name })) });
}

export const userScramCredentialsConversations = conversationsAbout(alterUserScramCredentialsCodec, {
  'a user comes, changes and goes': async talk => {
    const name = talk.name('user');
    const alter = (step: string, upsertions: object[], deletions: { name: string; mechanism: number }[] = []) =>
      talk.ask(step, alterUserScramCredentialsCodec, { deletions, upsertions: upsertions as never });
    await describe(talk, 'before', name);
    await alter('created', [credential(name)]);
    await alter('another mechanism', [credential(name, { mechanism: 2, saltedPassword: Buffer.alloc(64, 7) })]);
    await describe(talk, 'has two', name);
    await alter('changed', [credential(name, { iterations: 8_192 })]);
    await describe(talk, 'has other iterations', name);
    await describe(talk, 'asked for twice', name, name);
    await alter('one goes', [], [{ name, mechanism: 1 }]);
    await describe(talk, 'has one', name);
    await alter('it went before', [], [{ name, mechanism: 1 }]);
    await alter('the other goes', [], [{ name, mechanism: 2 }]);
    await describe(talk, 'afterwards', name);
  },
  'what is refused': async talk => {
    const name = talk.name('user');
    const other = talk.name('other');
    const alter = (step: string, upsertions: object[], deletions: { name: string; mechanism: number }[] = []) =>
      talk.ask(step, alterUserScramCredentialsCodec, { deletions, upsertions: upsertions as never });
    await alter('too few iterations', [credential(name, { iterations: 4_095 })]);
    await alter('too many iterations', [credential(name, { iterations: 16_385 })]);
    await alter('no name', [credential('')]);
    await alter('an unknown mechanism', [credential(name, { mechanism: 3 })]);
    await alter('mechanism 0', [], [{ name, mechanism: 0 }]);
    await alter('nobody to delete', [], [{ name, mechanism: 1 }]);
    await alter('twice', [credential(name), credential(name, { mechanism: 2 })]);
    await alter('changed and deleted', [credential(name)], [{ name, mechanism: 1 }]);
    await alter('nothing', []);
    await describe(talk, 'not there', name);
    await describe(talk, 'neither is there', name, other);
  },
});
