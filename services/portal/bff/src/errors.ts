// Refusals of the back end itself, in the words and the shape of the services' own (docs/errors.md).
import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema, LocalizedMessageSchema } from '@oboro/gen/google/rpc/error_details_pb';

export interface Refusal {
  status: number;
  code: Code;
  reason: string;
  message: string;
  ja: string;
}

export const REFUSALS = {
  sessionExpired: {
    status: 401,
    code: Code.Unauthenticated,
    reason: 'SESSION_EXPIRED',
    message: 'The session has ended. Sign in again.',
    ja: 'セッションが終了しました。もう一度サインインしてください。',
  },
  csrf: {
    status: 403,
    code: Code.PermissionDenied,
    reason: 'CSRF_INVALID',
    message: 'The request does not come from a page of this portal. Reload the page.',
    ja: 'この画面以外からの要求と判断しました。画面を再読み込みしてください。',
  },
  tooMany: {
    status: 429,
    code: Code.ResourceExhausted,
    reason: 'TOO_MANY_REQUESTS',
    message: 'Too many requests in a short time. Wait a minute and try again.',
    ja: '短い時間に要求が集中しました。1分ほど待ってから再試行してください。',
  },
  providerUnreachable: {
    status: 503,
    code: Code.Unavailable,
    reason: 'PROVIDER_UNREACHABLE',
    message: 'The sign-in service does not answer. Try again in a moment.',
    ja: 'サインインのサービスに接続できません。しばらくしてから再試行してください。',
  },
  serviceUnreachable: {
    status: 503,
    code: Code.Unavailable,
    reason: 'UNAVAILABLE',
    message: 'A part of the service cannot be reached. Try again in a moment.',
    ja: 'サービスの一部に接続できません。しばらくしてから再試行してください。',
  },
  notFound: {
    status: 404,
    code: Code.NotFound,
    reason: 'NOT_FOUND',
    message: 'There is nothing at this address.',
    ja: 'このアドレスには何もありません。',
  },
} as const satisfies Record<string, Refusal>;

export const toConnect = (refusal: Refusal): ConnectError =>
  new ConnectError(refusal.message, refusal.code, undefined, [
    { desc: ErrorInfoSchema, value: { reason: refusal.reason, domain: 'oboro.internal' } },
    { desc: LocalizedMessageSchema, value: { locale: 'ja', message: refusal.ja } },
  ]);

export const toJson = ({ reason, message, ja }: Refusal) => ({
  reason,
  message,
  localized: { ja },
});
