/** Logs: one JSON object a line on stdout, without secrets. */
import { pino, type Logger } from 'pino';

/** Paths whose values are never logged. */
const secretPaths = [
  'password',
  'token',
  '*.password',
  '*.token',
  'headers.authorization',
  'headers.cookie',
  'req.headers.authorization',
  'req.headers.cookie',
  'res.headers["set-cookie"]',
];

/** Makes the logger of a program. */
export function createLogger(instance: string, level: string): Logger {
  return pino({
    level,
    base: { instance },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: secretPaths, censor: '[redacted]' },
  });
}
