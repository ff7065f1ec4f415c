import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { subjects } from '../behaviours/index.js';
import { type Behaviour, checkSubjects, type Subject } from './behaviour.js';
import type { Ground } from './ground.js';
import { proveOn } from './prove-on.js';

const run = promisify(execFile);
const vitest = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url));
const fixtures = fileURLToPath(new URL('fixtures/vitest.config.ts', import.meta.url));

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { ancestorTitles: string[]; title: string; status: string }[];
  }[];
}

/** Runs the fixture suite in a vitest of its own and gives its exit code and the outcome of each test by ground and title. */
async function runFixtures(): Promise<{ code: number; outcomes: Map<string, string> }> {
  const directory = await mkdtemp(join(tmpdir(), 'conformance-frame-'));
  const file = join(directory, 'report.json');
  const args = [vitest, 'run', '--config', fixtures, '--reporter=json', `--outputFile=${file}`];
  // A vitest that believes it is a worker of this one would report to it.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')));
  const code = await run(process.execPath, args, { env }).then(
    () => 0,
    (error: { code: number }) => error.code,
  );
  const report = JSON.parse(await readFile(file, 'utf8')) as Report;
  await rm(directory, { recursive: true });
  const outcomes = new Map(
    report.testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .map(({ ancestorTitles, title, status }) => [`${ancestorTitles[0]}: ${title}`, status]),
  );
  return { code, outcomes };
}

describe('the conformance frame', () => {
  let code: number;
  let outcomes: Map<string, string>;

  beforeAll(async () => {
    ({ code, outcomes } = await runFixtures());
  });

  it('fails the run when a behaviour fails', () => {
    expect(code).not.toBe(0);
    expect(outcomes.get('conformance: fixture of ours: broken everywhere')).toBe('failed');
    expect(outcomes.get('conformance: fixture of built-in: broken everywhere')).toBe('failed');
  });

  it('passes the behaviours that hold', () => {
    expect(outcomes.get('conformance: fixture of ours: kept everywhere')).toBe('passed');
    expect(outcomes.get('conformance: fixture of built-in: kept everywhere')).toBe('passed');
  });

  it('fails a difference that is not listed', () => {
    expect(outcomes.get('conformance: fixture of ours: differs without being listed')).toBe('passed');
    expect(outcomes.get('conformance: fixture of built-in: differs without being listed')).toBe('failed');
  });

  it('proves a listed difference and says so in the name of the test', () => {
    const title = 'KNOWN DIFFERENCE: not "differs as listed" (the fixture says so)';
    expect(outcomes.get(`conformance: fixture of built-in: ${title}`)).toBe('passed');
    expect(outcomes.get('conformance: fixture of ours: differs as listed')).toBe('passed');
  });

  it('fails a listed difference that is none any more', () => {
    const title = 'KNOWN DIFFERENCE: not "is listed as a difference that is none any more" (it once was)';
    expect(outcomes.get(`conformance: fixture of built-in: ${title}`)).toBe('failed');
  });

  it('opens what a subject shares once for all of its behaviours on a ground', () => {
    for (const name of ['ours', 'built-in']) {
      for (const use of [1, 2]) {
        expect(outcomes.get(`conformance: fixture of ${name}: shares a scene: use ${use}`)).toBe('passed');
      }
    }
  });

  it('runs every behaviour on every ground and skips none', () => {
    expect(outcomes.size).toBe(14);
    expect([...outcomes.values()].filter(status => status !== 'passed' && status !== 'failed')).toEqual([]);
  });

  it('fails a behaviour after which something does not close', async () => {
    const ground: Ground = {
      name: 'a ground whose servers do not close',
      implementation: 'ours',
      startBrokers: () => Promise.reject(new Error('not used')),
      createServer: () => {
        throw new Error('not used');
      },
      createClient: () =>
        ({ connect: () => Promise.resolve(), close: () => Promise.reject(new Error('stuck')) }) as never,
    };
    const behaviour: Behaviour = {
      says: 'opens a client',
      source: 'fixture',
      async prove(stage) {
        await stage.client();
      },
    };
    await expect(proveOn(ground, ['127.0.0.1:1'], behaviour)).rejects.toThrow('closing failed');
  });
});

const subject = (...behaviours: Behaviour[]): Subject[] => [{ name: 'subject', behaviours }];

describe('the list of behaviours', () => {
  const behaviour: Behaviour = { says: 'something', source: 'somewhere', prove: () => Promise.resolve() };

  it('is in order as it stands', () => {
    expect(() => checkSubjects(subjects)).not.toThrow();
  });

  it('holds at least 150 behaviours', () => {
    expect(subjects.flatMap(({ behaviours }) => behaviours).length).toBeGreaterThanOrEqual(150);
  });

  it('must not say a sentence twice', () => {
    expect(() => checkSubjects(subject(behaviour, behaviour))).toThrow('"something" is listed twice');
  });

  it('must cite a source for each behaviour', () => {
    expect(() => checkSubjects(subject({ ...behaviour, source: ' ' }))).toThrow('cites no source');
  });

  it('must not list a difference of an implementation that does not exist', () => {
    const misspelt = { 'build-in': { because: 'a typo', instead: () => Promise.resolve() } };
    expect(() => checkSubjects(subject({ ...behaviour, differs: misspelt as never }))).toThrow('"build-in"');
  });
});
