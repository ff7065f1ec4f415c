import { expect, it } from 'vitest';
import { MachineUse } from './machine-use.js';

it('The use of the machine tells what this process used of a core, since the last time it was asked', async () => {
  const use = new MachineUse();
  for (const end = performance.now() + 60; performance.now() < end;) {
    Math.sqrt(performance.now());
  }
  const busy = use.measure();
  await new Promise(resolve => setTimeout(resolve, 200));
  const resting = use.measure();
  expect(busy.own).toBeGreaterThan(resting.own);
  expect(busy.all).toBeGreaterThan(0);
  expect(busy.all).toBeLessThanOrEqual(1);
});
