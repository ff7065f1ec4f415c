import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProtocolError } from '../errors/protocol-errors.js';
import { ErrorCode } from './error-codes.js';
import { Heartbeat } from './heartbeat.js';

const IDENTITY = { memberId: 'm', generationId: 1 };
const OPTIONS = { heartbeatInterval: 1_000, sessionTimeout: 5_000 };

function start(send: () => Promise<void>): { heartbeat: Heartbeat; events: string[]; sent: () => number } {
  const events: string[] = [];
  let sent = 0;
  const heartbeat = new Heartbeat(OPTIONS, {
    send: () => {
      sent++;
      return send();
    },
    onBeat: () => void events.push('beat'),
    onError: error => void events.push(error.message),
    onSuspended: () => void events.push('suspended'),
    onResumed: () => void events.push('resumed'),
  });
  heartbeat.start(IDENTITY);
  return { heartbeat, events, sent: () => sent };
}
const never = (): Promise<void> => new Promise(() => {});
const fails = (): Promise<void> => Promise.reject(new Error('no answer'));

describe('Heartbeat', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('beats at its interval, and not any more once it is stopped', async () => {
    const { heartbeat, sent } = start(async () => {});
    await vi.advanceTimersByTimeAsync(3_500);
    expect(sent()).toBe(3);
    heartbeat.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent()).toBe(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has one heartbeat on its way at a time, whoever asks', async () => {
    const { heartbeat, sent } = start(never);
    await vi.advanceTimersByTimeAsync(1_000);
    void heartbeat.beatIfDue();
    void heartbeat.beatIfDue();
    await vi.advanceTimersByTimeAsync(4_000);
    expect(sent()).toBe(1);
  });

  it('is suspended when nothing was answered for a session, and goes on with the first answer', async () => {
    let answer = fails;
    const { events } = start(() => answer());
    await vi.advanceTimersByTimeAsync(5_100);
    expect(events.filter(event => event === 'suspended')).toHaveLength(1);
    answer = async () => {};
    await vi.advanceTimersByTimeAsync(1_100);
    expect(events.slice(-3)).toEqual(expect.arrayContaining(['resumed', 'beat']));
  });

  it('counts a rebalance as an answer: the coordinator knows the member', async () => {
    const { events } = start(() => Promise.reject(createProtocolError(ErrorCode.REBALANCE_IN_PROGRESS)));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(events).not.toContain('suspended');
    expect(events.length).toBeGreaterThan(10);
  });

  it('does not let the session run out while a JoinGroup is on its way, only after it has failed', async () => {
    const { heartbeat, events } = start(async () => {});
    heartbeat.hold();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(events).toEqual([]);
    heartbeat.doubt();
    await vi.advanceTimersByTimeAsync(3_000);
    // Another attempt that fails is no reason to wait longer.
    heartbeat.doubt();
    await vi.advanceTimersByTimeAsync(2_100);
    expect(events).toEqual(['suspended']);
    heartbeat.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes no answer for a generation that is over', async () => {
    const first = Promise.withResolvers<void>();
    const { heartbeat, events } = start(() => first.promise);
    await vi.advanceTimersByTimeAsync(1_000);
    heartbeat.start({ memberId: 'm', generationId: 2 });
    first.reject(new Error('too late'));
    await vi.advanceTimersByTimeAsync(10);
    expect(events).toEqual([]);
    heartbeat.stop();
  });
});
