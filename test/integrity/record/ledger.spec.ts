import { describe, expect, it } from 'vitest';
import { Ledger } from './ledger.js';

describe('The ledger of a run', () => {
  it('has as lost what was acknowledged and never handled, whichever came first', () => {
    const ledger = new Ledger();
    const [handledFirst, acknowledgedFirst, lost, failed] = [0, 0, 0, 0].map(key => ledger.begin(key)) as [
      number,
      number,
      number,
      number,
    ];
    ledger.handle(handledFirst);
    ledger.acknowledge(handledFirst);
    ledger.acknowledge(acknowledgedFirst);
    ledger.handle(acknowledgedFirst);
    ledger.acknowledge(lost);
    ledger.fail(failed, new Error('away'));
    expect(ledger.lost()).toMatchObject([{ id: lost }]);
    expect(ledger.unhandled).toBe(1);
    expect(ledger.failedOnes()).toMatchObject([{ id: failed, error: 'Error: away' }]);
    expect(ledger.unsettled).toBe(0);
  });

  it('counts deliveries beyond the first as duplicates', () => {
    const ledger = new Ledger();
    const id = ledger.begin(0);
    ledger.handle(id);
    ledger.handle(id);
    ledger.handle(id);
    expect(ledger).toMatchObject({ handled: 3, duplicates: 2 });
  });

  it('tells what was first handled after a later one of its key, unless it failed for its sender', () => {
    const ledger = new Ledger();
    const [early, failed, late, other] = [1, 1, 1, 2].map(key => ledger.begin(key)) as [number, number, number, number];
    for (const id of [late, other, failed, early, late]) {
      ledger.handle(id);
    }
    ledger.fail(failed, 'timeout');
    [early, late, other].forEach(id => ledger.acknowledge(id));
    expect(ledger.disordered()).toMatchObject([{ id: early }]);
  });

  it('has as open what was neither acknowledged nor failed', () => {
    const ledger = new Ledger();
    const id = ledger.begin(0);
    expect(ledger.unsettled).toBe(1);
    expect(ledger.open()).toMatchObject([{ id }]);
  });

  it('knows each of very many', () => {
    const ledger = new Ledger();
    for (let i = 0; i < 5_000; i++) {
      ledger.acknowledge(ledger.begin(i % 16));
    }
    for (let id = 0; id < 5_000; id++) {
      if (id !== 4_321) {
        ledger.handle(id);
      }
    }
    expect(ledger.lost()).toMatchObject([{ id: 4_321 }]);
  });

  it('refuses what was never sent', () => {
    expect(() => new Ledger().handle(0)).toThrow('never sent');
  });
});
