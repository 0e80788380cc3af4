import { Code } from '@connectrpc/connect';

export interface Answer {
  /** The service decided something, were it a refusal. */
  up: boolean;
  milliseconds: number;
  /** Whether a list of data was refused to 運営. */
  data: 'refused' | 'open' | 'notTried';
}

/** What an answer's code says; null is an answer without a fault. */
export function judge(code: Code | null, askedForData: boolean): Omit<Answer, 'milliseconds'> {
  const silent =
    code === Code.Unavailable || code === Code.DeadlineExceeded || code === Code.Unknown;
  const broken = code === Code.Internal || code === Code.Unimplemented || code === Code.DataLoss;
  const up = !silent && !broken;
  if (!askedForData || !up) return { up, data: 'notTried' };
  if (code === null) return { up, data: 'open' };
  return { up, data: code === Code.PermissionDenied ? 'refused' : 'notTried' };
}
