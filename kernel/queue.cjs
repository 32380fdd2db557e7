/**
 * No message is lost. zeromq.js sends at most 512 messages without a turn of the event loop: the next one throws EBUSY,
 * console.log swallows that, and the output and the idle status are gone. Here they wait for the turn, in order.
 */
'use strict';
const { Publisher } = require('zeromq');

const { send, bind } = Publisher.prototype;
const waiting = [];
let flushing = false;

async function flush() {
  while (waiting.length > 0) {
    const { socket, message, resolve, reject } = waiting[0];
    try {
      await send.call(socket, message);
      resolve();
    } catch (error) {
      if (error.code === 'EBUSY') {
        await new Promise(setImmediate);
        continue;
      }
      reject(error);
    }
    waiting.shift();
  }
  flushing = false;
}

function later(socket, message) {
  if (!flushing) {
    flushing = true;
    setImmediate(flush);
  }
  return new Promise((resolve, reject) => waiting.push({ socket, message, resolve, reject }));
}

const define = (name, value) => Object.defineProperty(Publisher.prototype, name, { value, configurable: true, writable: true });

define('bind', function (address) {
  this.sendHighWaterMark = 0; // by default a slow reader loses what is beyond 1,000 messages
  return bind.call(this, address);
});

define('send', function (message) {
  if (flushing) return later(this, message);
  try {
    return send.call(this, message);
  } catch (error) {
    if (error.code !== 'EBUSY') throw error;
    return later(this, message);
  }
});
