import { pino, type Logger } from 'pino';

// Only what is named in a line is written: no request or answer, no header, address or name of a person is ever passed to
// the logger, and the serializers of errors keep to their kind.
export const makeLogger = (level: string): Logger =>
  pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: {
      err: (error: Error & { code?: string }) => ({ kind: error.name, code: error.code }),
      req: () => undefined,
      res: () => undefined,
    },
  });
