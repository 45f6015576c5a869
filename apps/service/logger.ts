/** Logs: one JSON object a line, without secrets. */
import { pino, type DestinationStream, type Logger } from 'pino';
import { loggedError } from './logged-error';

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

/** Makes the logger of a program. @param destination where its lines go @default - stdout */
export function createLogger(instance: string, level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { instance },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: secretPaths, censor: '[redacted]' },
    serializers: { err: loggedError },
  };
  return destination ? pino(options, destination) : pino(options);
}
