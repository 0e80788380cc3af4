import { ReleaseState } from '@oboro/gen/oboro/aggregation/v1/aggregation_pb';
import { Role } from '@oboro/gen/oboro/tenancy/v1/tenancy_pb';
import { describe, expect, it } from 'vitest';
import { blocked, type Verb } from './gate';

const person = (subject: string, ...roles: Role[]) => ({
  subject,
  has: (...asked: Role[]) => asked.some((role) => roles.includes(role)),
});
const release = (state: ReleaseState) => ({ state, requester: 'hanako', author: 'jiro' });

describe('what a person may do with a release', () => {
  it('keeps the review from who asked and from who made the table', () => {
    const asked = release(ReleaseState.REQUESTED);
    for (const verb of ['approve', 'reject'] as Verb[]) {
      expect(blocked(verb, asked, person('hanako', Role.PRIVACY_OFFICER))).toBe('selfRequest');
      expect(blocked(verb, asked, person('jiro', Role.PRIVACY_OFFICER))).toBe('selfAuthor');
      expect(blocked(verb, asked, person('saburo', Role.ANALYST))).toBe('notReviewer');
      expect(blocked(verb, asked, person('saburo', Role.PRIVACY_OFFICER))).toBeNull();
    }
  });

  it('publishes nothing but what was approved', () => {
    const officer = person('saburo', Role.PRIVACY_OFFICER);
    for (const state of [1, 2, 3, 4, 5] as ReleaseState[]) {
      const expected = state === ReleaseState.APPROVED ? null : 'state';
      expect(blocked('publish', release(state), officer)).toBe(expected);
    }
    const approved = release(ReleaseState.APPROVED);
    expect(blocked('publish', approved, person('x', Role.ADMINISTRATOR))).toBeNull();
    expect(blocked('publish', approved, person('x', Role.ANALYST))).toBe('notPublisher');
  });

  it('lets who asked withdraw as long as it is under review', () => {
    const hanako = person('hanako', Role.ANALYST);
    expect(blocked('withdraw', release(ReleaseState.REQUESTED), hanako)).toBeNull();
    expect(blocked('withdraw', release(ReleaseState.APPROVED), hanako)).toBe('notWithdrawer');
    expect(blocked('withdraw', release(ReleaseState.REJECTED), hanako)).toBe('state');
    const other = person('x', Role.ANALYST);
    expect(blocked('withdraw', release(ReleaseState.REQUESTED), other)).toBe('notWithdrawer');
    const admin = person('x', Role.ADMINISTRATOR);
    expect(blocked('withdraw', release(ReleaseState.PUBLISHED), admin)).toBeNull();
  });
});
