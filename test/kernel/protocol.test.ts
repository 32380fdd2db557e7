import assert from 'node:assert/strict';
import { characters, messageOf, pack, units, unpack } from '../../kernel/protocol';

describe('protocol', () => {
  const message = messageOf('session', 'execute_request', { code: "'é😀'" }, { msg_id: 'asked' });
  const frames = (key = 'key') => pack(key, message).map((frame) => Buffer.from(frame));

  it('carries a message, with or without identities before it', () => {
    assert.deepEqual(unpack('key', frames()), { ...message, identities: [] });
    const identity = Buffer.from('identity');
    assert.deepEqual(unpack('key', [identity, ...frames()]), { ...message, identities: [identity] });
    assert.equal(message.header.version, '5.4');
  });

  it('counts characters where JavaScript counts UTF-16 units', () => {
    const code = 'a😀b';
    assert.deepEqual([0, 1, 3, 4].map((unit) => characters(code, unit)), [0, 1, 2, 3]);
    assert.deepEqual([0, 1, 2, 3].map((character) => units(code, character)), [0, 1, 3, 4]);
  });

  it('drops what is forged, damaged or no message', () => {
    const damaged = frames();
    damaged[5] = Buffer.from('{"code":"2"}');
    for (const bad of [frames('another key'), damaged, frames().slice(0, 5), frames().slice(0, 1), [], [Buffer.from('topic')]]) assert.equal(unpack('key', bad), undefined);
  });
});
