import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema, LocalizedMessageSchema } from '@oboro/gen/google/rpc/error_details_pb';
import type { Language } from '../i18n';

const STATUS: Record<number, Code> = {
  401: Code.Unauthenticated,
  403: Code.PermissionDenied,
  404: Code.NotFound,
  410: Code.FailedPrecondition,
  413: Code.ResourceExhausted,
};

/** What an error says to a person. */
export interface Told {
  code: Code | null;
  /** Registered in docs/errors.md; empty when there is none. */
  reason: string;
  /** In the language asked for, where the service gave it. */
  message: string;
  metadata: Record<string, string>;
}

/** A refusal of the portal's own back end (log-in, files), which answers JSON. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
    readonly ja: string,
  ) {
    super(message);
  }

  static read(status: number, body: string): Refusal {
    try {
      const parsed = JSON.parse(body) as {
        reason?: string;
        message?: string;
        localized?: { ja?: string };
      };
      return new Refusal(
        status,
        parsed.reason ?? '',
        parsed.message ?? '',
        parsed.localized?.ja ?? '',
      );
    } catch {
      return new Refusal(status, '', '', '');
    }
  }
}

/** Reads reason and message of whatever was thrown. */
export function tell(error: unknown, language: Language): Told {
  if (error instanceof Refusal) {
    const message = (language === 'ja' && error.ja) || error.message;
    const code =
      STATUS[error.status] ?? (error.status >= 500 ? Code.Unavailable : Code.InvalidArgument);
    return { code, reason: error.reason, message, metadata: {} };
  }
  if (!(error instanceof ConnectError)) {
    const message = error instanceof Error ? error.message : String(error);
    return { code: null, reason: '', message, metadata: {} };
  }
  const info = error.findDetails(ErrorInfoSchema)[0];
  const localized = error
    .findDetails(LocalizedMessageSchema)
    .find((candidate) => candidate.locale.startsWith(language));
  return {
    code: error.code,
    reason: info?.reason ?? '',
    message: localized?.message || error.rawMessage,
    metadata: info?.metadata ?? {},
  };
}

export const reasonOf = (error: unknown): string => tell(error, 'en').reason;

export const isNotFound = (error: unknown): boolean =>
  error instanceof ConnectError && error.code === Code.NotFound;

export const isDenied = (error: unknown): boolean =>
  error instanceof ConnectError && error.code === Code.PermissionDenied;

/** Only what passes by itself: the service restarts, too many calls at once. */
export function worthRetrying(error: unknown): boolean {
  if (!(error instanceof ConnectError)) return true;
  return (
    error.code === Code.Unavailable ||
    (error.code === Code.ResourceExhausted && reasonOf(error) === 'TOO_MANY_CALLS')
  );
}
