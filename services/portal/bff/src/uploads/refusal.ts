// Errors of the services in the form that tus clients understand: a status, and our reason in the body.
import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema, LocalizedMessageSchema } from '@oboro/gen/google/rpc/error_details_pb';

import { type Refusal, toJson } from '../errors';

/** An Error, because a stream that is destroyed with anything else forgets it. */
export class TusError extends Error {
  constructor(
    readonly status_code: number,
    readonly body: string,
  ) {
    super('an upload was refused');
  }
}

// 409 makes a client ask for the offset and go on; 5xx makes it wait and try again; any other 4xx ends the upload.
const STATUS: Partial<Record<Code, number>> = {
  [Code.InvalidArgument]: 400,
  [Code.Unauthenticated]: 401,
  [Code.PermissionDenied]: 403,
  [Code.NotFound]: 404,
  [Code.Aborted]: 409,
  [Code.OutOfRange]: 409,
  [Code.FailedPrecondition]: 410,
  [Code.AlreadyExists]: 410,
  [Code.Unavailable]: 503,
  [Code.DeadlineExceeded]: 503,
  [Code.Canceled]: 503,
};

export function tusError(error: unknown): TusError {
  const connect = ConnectError.from(error);
  const [info] = connect.findDetails(ErrorInfoSchema);
  const ja = connect.findDetails(LocalizedMessageSchema).find((text) => text.locale === 'ja');
  const reason = info?.reason ?? Code[connect.code].toUpperCase();
  // Too many calls pass; a quota does not.
  const busy = connect.code === Code.ResourceExhausted && reason === 'TOO_MANY_CALLS';
  const full = connect.code === Code.ResourceExhausted ? 413 : 500;
  return new TusError(
    busy ? 503 : (STATUS[connect.code] ?? full),
    JSON.stringify({ reason, message: connect.rawMessage, localized: { ja: ja?.message ?? '' } }),
  );
}

export const tusRefusal = (refusal: Refusal): TusError =>
  new TusError(refusal.status, JSON.stringify(toJson(refusal)));
