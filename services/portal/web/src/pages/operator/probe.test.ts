import { Code } from '@connectrpc/connect';
import { describe, expect, it } from 'vitest';
import { judge } from './probe';

describe('what an answer says of a service', () => {
  it('takes a refusal for a sign of life, and an answer with data for a fault', () => {
    expect(judge(Code.PermissionDenied, true)).toEqual({ up: true, data: 'refused' });
    expect(judge(null, true)).toEqual({ up: true, data: 'open' });
    expect(judge(null, false)).toEqual({ up: true, data: 'notTried' });
  });

  it('never says that data was refused by a service that did not answer', () => {
    for (const code of [Code.Unavailable, Code.DeadlineExceeded, Code.Internal]) {
      expect(judge(code, true)).toEqual({ up: false, data: 'notTried' });
    }
  });
});
