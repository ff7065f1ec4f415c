import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../protocol/errors.js';
import { TestCoordinator, settled } from './group.fixture.js';
import { defaultGroupOptions, resolveGroupOptions } from './group-options.js';

describe('The options of the group coordinator', () => {
  it('have defaults', () => {
    expect(resolveGroupOptions()).toEqual(defaultGroupOptions);
    expect(resolveGroupOptions({ maxGroups: 3 })).toEqual({ ...defaultGroupOptions, maxGroups: 3 });
  });

  it('are checked all at once, by name', () => {
    const bad = {
      maxGroups: 0,
      maxGroupSize: 1.5,
      sessionTimeout: 3,
      minSessionTimeoutMs: 100,
      maxSessionTimeoutMs: 50,
    };
    expect(() => resolveGroupOptions(bad)).toThrow(
      /maxGroups must be an integer from 1 .* got 0; maxGroupSize .* got 1.5; sessionTimeout is not an option .*; minSessionTimeoutMs \(100\)/,
    );
  });

  it('bound the number of groups; one without members and offsets makes way', async () => {
    const test = new TestCoordinator({ maxGroups: 2 });
    const nobody = { memberId: '', groupInstanceId: null, generationId: -1 };
    test.groups.offsets.beginCommit({ ...nobody, groupId: 'kept' }, 0);
    test.groups.offsets.commit('kept', 'heroes', 0, { offset: 1n, leaderEpoch: -1, metadata: '' });
    test.groups.offsets.beginCommit({ ...nobody, groupId: 'unused' }, 0);
    await test.stabilise(test.client('batman'));
    expect(test.groups.list().map(group => group.groupId)).toEqual(['kept', 'league']);
    expect(test.groups.offsets.beginCommit({ ...nobody, groupId: 'more' }, 0)).toBe(
      ErrorCode.INVALID_COMMIT_OFFSET_SIZE,
    );
    expect(await settled(test.client('robin').join({ groupId: 'more' }))).toMatchObject({
      errorCode: ErrorCode.GROUP_MAX_SIZE_REACHED,
    });
  });
});
