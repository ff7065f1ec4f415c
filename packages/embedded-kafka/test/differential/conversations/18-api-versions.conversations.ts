import { apiVersionsCodec } from '../../../src/protocol/generated/api-versions.js';
import { metadataCodec } from '../../../src/protocol/generated/metadata.js';
import { asAnyCodec } from '../any-codec.js';
import { conversationsAbout } from '../conversation.js';

const client = { clientSoftwareName: 'differential', clientSoftwareVersion: '1.0' };
const v0 = { codec: asAnyCodec(apiVersionsCodec), version: 0 };
/** Compact strings "differential" and "1.0", no tagged fields. */
const flexibleBody = Buffer.concat([
  Buffer.from([13]),
  Buffer.from('differential'),
  Buffer.from([4]),
  Buffer.from('1.0'),
  Buffer.from([0]),
]);

/** Nothing in it depends on the version, so it is played in one only. */
const once = { from: 0, to: 0 };

export const apiVersionsConversations = conversationsAbout(apiVersionsCodec, {
  'what is advertised': async talk => {
    await talk.ask('all', apiVersionsCodec, client);
    await talk.ask('and again on the same connection', apiVersionsCodec, client);
  },
  'invalid software names': {
    from: 3,
    play: async talk => {
      await talk.askInVain('empty', apiVersionsCodec, { clientSoftwareName: '', clientSoftwareVersion: '' });
      await talk.askInVain('with a space', apiVersionsCodec, { clientSoftwareName: 'a b', clientSoftwareVersion: '1' });
      await talk.askInVain('with a dash at the end', apiVersionsCodec, {
        clientSoftwareName: 'ab-',
        clientSoftwareVersion: '1',
      });
      await talk.askInVain('with a dash at the end of the version', apiVersionsCodec, {
        clientSoftwareName: 'ab',
        clientSoftwareVersion: '1.',
      });
      await talk.askInVain('valid on the same connection', apiVersionsCodec, client);
    },
  },
  'a version that does not exist': {
    ...once,
    play: async talk => {
      await talk.askRaw('5, flexible', { key: 18, version: 5, isFlexible: true, body: flexibleBody }, v0);
      await talk.askRaw('5, without a body', { key: 18, version: 5, body: Buffer.alloc(0) }, v0);
      await talk.askRaw('32767, garbage', { key: 18, version: 32_767, body: Buffer.alloc(9, 0xff) }, v0);
      talk.forget();
      await talk.askRaw('-1', { key: 18, version: -1, body: Buffer.alloc(0) }, v0);
      talk.forget();
      await talk.askRaw('a known one on the same connection', { key: 18, version: 0, body: Buffer.alloc(0) }, v0);
    },
  },
  'keys and versions that do not exist': {
    ...once,
    play: async talk => {
      for (const [step, key, version] of [
        ['key 1000', 1000, 0],
        ['key -1', -1, 0],
        ['key 4, between brokers', 4, 0],
        ['Metadata 99', 3, 99],
        ['Metadata -1', 3, -1],
        ['Produce 2', 0, 2],
        ['Fetch 3', 1, 3],
      ] as const) {
        await talk.askRaw(step, { key, version, body: Buffer.alloc(0) }, v0);
        talk.forget();
      }
    },
  },
  'bodies that are cut or too long': {
    ...once,
    play: async talk => {
      await talk.askRaw(
        'v3 without a body',
        { key: 18, version: 3, isFlexible: true, body: Buffer.alloc(0) },
        { ...v0, version: 3 },
      );
      talk.forget();
      await talk.askRaw('v0 with bytes left over', { key: 18, version: 0, body: Buffer.from('more') }, v0);
      talk.forget();
      await talk.askRaw(
        'Metadata cut in its array',
        { key: 3, version: 1, body: Buffer.from([0, 0, 0, 9]) },
        { codec: asAnyCodec(metadataCodec), version: 1 },
      );
      talk.forget();
      await talk.askRaw(
        'Metadata with an array of two thousand million',
        { key: 3, version: 1, body: Buffer.from([0x7f, 0xff, 0xff, 0xff]) },
        { codec: asAnyCodec(metadataCodec), version: 1 },
      );
      talk.forget();
      await talk.askRaw('a null client id', { key: 18, version: 0, clientId: null, body: Buffer.alloc(0) }, v0);
    },
  },
  'what is no request': {
    ...once,
    play: async talk => {
      await talk.babble('a negative length', Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0]));
      talk.forget();
      await talk.babble('a length of 1.8 GB, as of an HTTP request', Buffer.from('GET / HTTP/1.1\r\n\r\n'));
      talk.forget();
      await talk.babble('an empty frame', Buffer.alloc(0), { withLength: true });
      talk.forget();
      await talk.babble('three bytes', Buffer.from([0, 18, 0]), { withLength: true });
      talk.forget();
      await talk.babble('random bytes', Buffer.from('9e3779b97f4a7c15f39cc0605cedc834', 'hex'), { withLength: true });
    },
  },
  'answers in order': {
    ...once,
    play: async talk => {
      const { name } = await talk.topic('one');
      const versions = { codec: asAnyCodec(apiVersionsCodec), request: client };
      const metadata = {
        codec: asAnyCodec(metadataCodec),
        request: { topics: [{ name }], allowAutoTopicCreation: false },
      };
      await talk.pipeline('six in one write', [versions, metadata, versions, metadata, metadata, versions]);
    },
  },
});
