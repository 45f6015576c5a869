import { parseNodes } from '../../../apps/local-platform/redis/view';

const id = (letter: string) => letter.repeat(40);

const text = [
  `${id('a')} 127.0.0.1:7101@7111 myself,master - 0 1 1 connected 0-5460 5500 [5461->-${id('b')}]`,
  `${id('b')} 127.0.0.1:7102@7112 master - 0 1 2 connected 5461-5499 5501-16383`,
  `${id('c')} 127.0.0.1:7104@7114 slave ${id('a')} 0 1 1 connected`,
  `${id('d')} 127.0.0.1:7109@7119 handshake - 0 0 0 connected`,
  `${id('e')} :0@0 master,fail,noaddr - 0 0 0 disconnected`,
].join('\n');

test('a master: its slots without those on the move, and whom it knows', () => {
  expect(parseNodes(text)).toEqual({
    id: id('a'),
    role: 'master',
    masterId: undefined,
    slotCount: 5462,
    knownIds: [id('a'), id('b'), id('c')],
    assignedSlotCount: 16_384,
  });
});

test('a replica names its master', () => {
  const replica = `${id('c')} 127.0.0.1:7104@7114 myself,slave ${id('a')} 0 1 1 connected\n`;
  expect(parseNodes(replica)).toMatchObject({ role: 'replica', masterId: id('a'), slotCount: 0 });
});

test('an answer that is not of this node is an error', () => {
  expect(() => parseNodes(`${id('a')} 127.0.0.1:1@2 master - 0 1 1 connected`)).toThrow("no node 'myself'");
});
