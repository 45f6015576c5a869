// Sends requests to pods of the gateway and prints how they were answered. Runs by itself, in a pod: the argument is what
// `askGateway` of cluster-services-on-nodes.ts asks for, as JSON in Base64.
const { Buffer } = require('node:buffer');
const { Agent, request } = require('node:https');

/** Connections to one pod, and requests at once. */
const [sockets, atOnce] = [10, 30];
const timeout = 10_000;

const asked = JSON.parse(Buffer.from(process.argv[2], 'base64').toString());
const { addresses, host, path, requests, authority, port } = asked;
const agent = new Agent({ keepAlive: true, ca: authority, maxSockets: sockets });
const statuses = {};
let next = 0;

function ask(address) {
  return new Promise((resolve) => {
    const done = (status) => {
      statuses[status] = (statuses[status] ?? 0) + 1;
      resolve();
    };
    const options = { agent, host: address, port, path, servername: host, headers: { host }, timeout };
    const sent = request(options, (answer) => {
      answer.resume();
      answer.on('end', () => done(String(answer.statusCode)));
    });
    sent.on('timeout', () => sent.destroy(new Error('timeout')));
    sent.on('error', ({ message }) => done(message));
    sent.end();
  });
}

async function askInTurn() {
  while (next < requests) await ask(addresses[next++ % addresses.length]);
}

const since = Date.now();
Promise.all(Array.from({ length: atOnce }, askInTurn)).then(() => {
  agent.destroy();
  process.stdout.write(JSON.stringify({ statuses, seconds: (Date.now() - since) / 1_000 }));
});
