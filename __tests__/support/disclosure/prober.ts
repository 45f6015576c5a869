/** Sends commands to a server as a user, as bytes: no client library keeps one back, and replies come as the server sent them. */
import { connect, type TLSSocket } from 'node:tls';

export interface Login {
  readonly username: string;
  readonly password: string;
}

export type Command = readonly (string | number)[];

const replyMilliseconds = 5_000;

const encode = (command: Command) =>
  `*${command.length}\r\n` + command.map((word) => `$${Buffer.byteLength(String(word))}\r\n${word}\r\n`).join('');

/** A connection of a user. It logs in again when the server closed it. */
export class Prober {
  readonly #port: number;
  readonly #caCertificate: string;
  readonly #login: Login;
  #socket: TLSSocket | undefined;
  #received = '';
  #count = 0;

  constructor(port: number, caCertificate: string, login: Login) {
    this.#port = port;
    this.#caCertificate = caCertificate;
    this.#login = login;
  }

  /** The reply of the server, and what else it sent until then. @throws Error if it gives none */
  async send(command: Command): Promise<string> {
    this.#socket ??= await this.#connect();
    return this.#exchange(command);
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  async #connect(): Promise<TLSSocket> {
    const socket = connect({ host: '127.0.0.1', port: this.#port, ca: this.#caCertificate });
    await new Promise<void>((resolve, reject) => {
      socket.once('secureConnect', resolve);
      socket.once('error', reject);
    });
    socket.setEncoding('latin1').on('data', (data: string) => (this.#received += data));
    socket.on('error', () => undefined).on('close', () => (this.#socket = undefined));
    this.#socket = socket;
    const reply = await this.#exchange(['AUTH', this.#login.username, this.#login.password]);
    if (!reply.startsWith('+OK')) throw new Error(`${this.#login.username} can not log in: ${reply}`);
    return socket;
  }

  /** A PING after the command marks the end of its reply. Every user may send one. */
  async #exchange(command: Command): Promise<string> {
    const marker = `end-of-reply-${++this.#count}`;
    this.#received = '';
    const socket = this.#socket;
    if (!socket) throw new Error('the connection is closed');
    socket.write(encode(command) + encode(['PING', marker]));
    await new Promise<void>((resolve) => {
      const timer = setTimeout(end, replyMilliseconds);
      const onData = () => {
        if (this.#received.includes(marker)) end();
      };
      function end() {
        clearTimeout(timer);
        socket?.off('data', onData).off('close', end);
        resolve();
      }
      socket.on('data', onData).on('close', end);
    });
    if (this.#received === '') throw new Error(`${command.join(' ')}: no reply`);
    return this.#received;
  }
}
