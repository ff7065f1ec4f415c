import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';
import * as ours from '../../src/index.js';
import { MISSING_MEMBERS, MISSING_TYPES, MISSING_VALUES, type ParityGap } from './gaps.js';

const require = createRequire(import.meta.url);

const names = (gaps: readonly ParityGap[]): string[] => gaps.map(({ name }) => name).toSorted();

/** Every `export` of a declaration file, and of one that only gathers exports. */
function exportedNames(path: string): Set<string> {
  const text = readFileSync(path, 'utf8');
  const declared = [...text.matchAll(/^export (?:declare )?(?:class|interface|type|enum|const|var|function) (\w+)/gm)];
  const gathered = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list = '']) =>
    list.split(',').map(item => item.trim().split(' as ').at(-1) ?? ''),
  );
  return new Set([...declared.map(([, name = '']) => name), ...gathered].filter(name => name !== ''));
}

/** Own and inherited names, without those of every object and without private ones. */
function members(object: object): string[] {
  const found = new Set<string>();
  for (
    let at: object | null = object;
    at !== null && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object
  ) {
    for (const name of Object.getOwnPropertyNames(at)) {
      found.add(name);
    }
  }
  found.delete('constructor');
  return [...found];
}

describe('Parity with kafkajs 2.2.4', () => {
  it('is asked of that version', () => {
    expect((require('kafkajs/package.json') as { version: string }).version).toBe('2.2.4');
  });

  it('holds for every exported value, or a gap says why not', () => {
    // The CommonJS module itself, not what it makes of being imported.
    const exported = Object.keys(require('kafkajs') as object);
    expect(exported.length).toBeGreaterThan(40);
    const missing = exported.filter(name => !Object.hasOwn(ours, name));
    expect(missing.toSorted()).toEqual(names(MISSING_VALUES));
  });

  it('holds for every exported type, or a gap says why not', () => {
    const theirs = exportedNames(require.resolve('kafkajs/types/index.d.ts'));
    const own = exportedNames(new URL('../../src/index.ts', import.meta.url).pathname);
    expect(theirs.size).toBeGreaterThan(150);
    expect([...theirs].filter(name => !own.has(name)).toSorted()).toEqual(names(MISSING_TYPES));
  });

  const config = { brokers: ['127.0.0.1:1'], logLevel: kafkajs.logLevel.NOTHING };
  const [theirs, own] = [new kafkajs.Kafka(config), new ours.Kafka(config)];
  const pairs: readonly (readonly [string, object, object])[] = [
    ['Kafka', theirs, own],
    ['Producer', theirs.producer(), own.producer()],
    ['Consumer', theirs.consumer({ groupId: 'g' }), own.consumer({ groupId: 'g' })],
    ['Admin', theirs.admin(), own.admin()],
    ['Logger', theirs.logger(), own.logger()],
    ['Partitioners', kafkajs.Partitioners, ours.Partitioners],
    ['PartitionAssigners', kafkajs.PartitionAssigners, ours.PartitionAssigners],
    ['AssignerProtocol', kafkajs.AssignerProtocol, ours.AssignerProtocol],
    ['CompressionCodecs', kafkajs.CompressionCodecs, ours.CompressionCodecs],
  ];

  it('holds for every member of what is made, or a gap says why not', () => {
    const missing = pairs.flatMap(([kind, wanted, given]) =>
      members(wanted)
        .filter(name => !members(given).includes(name))
        .map(name => `${kind}.${name}`),
    );
    expect(missing.toSorted()).toEqual(names(MISSING_MEMBERS));
  });

  it.each(['Producer', 'Consumer', 'Admin'])('holds for the names of the events of a %s', kind => {
    const [, wanted, given] = pairs.find(([name]) => name === kind) ?? [];
    expect(Reflect.get(given as object, 'events')).toMatchObject(Reflect.get(wanted as object, 'events') as object);
  });

  it.each([
    'AclOperationTypes',
    'AclPermissionTypes',
    'AclResourceTypes',
    'CompressionTypes',
    'ConfigResourceTypes',
    'ConfigSource',
    'ResourcePatternTypes',
    'logLevel',
  ] as const)('holds for the numbers of %s', name => {
    expect(Reflect.get(ours, name)).toEqual(Reflect.get(kafkajs, name));
  });

  it('has a reason for each gap', () => {
    for (const { name, reason } of [...MISSING_TYPES, ...MISSING_VALUES, ...MISSING_MEMBERS]) {
      expect(name).toMatch(/^\w+(\.\w+)?$/);
      expect(reason.length).toBeGreaterThan(20);
    }
  });
});
