import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** What Jupyter's front ends answer when there is nothing more to read. */
const END_OF_INPUT = '\x04';

/**
 * Asks on the terminal; a password is not shown while it is typed. Ctrl-D ends the input, Ctrl-C is the process's as ever.
 * `signal` takes the question back: it rejects.
 */
export async function ask(prompt: string, password: boolean, signal?: AbortSignal): Promise<string> {
  signal?.throwIfAborted();
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: password ? nowhere : process.stdout, terminal: true, historySize: 0 });
  if (password) process.stdout.write(prompt);
  let entered = false;
  const close = () => lines.close();
  signal?.addEventListener('abort', close);
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('close', () => (signal?.aborted ? reject(new Error('the question was taken back')) : resolve(END_OF_INPUT)));
      lines.question(prompt, (answer) => {
        entered = true;
        resolve(answer);
      });
    });
  } finally {
    signal?.removeEventListener('abort', close);
    close();
    if (password || !entered) process.stdout.write('\n');
  }
}
