/** Questions to the person at the front end: `prompt`, `confirm`, and what reads `process.stdin`. */
import { Readable } from 'node:stream';
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { signals, type Answer, type FromCells } from '../messages';
import { currentCell } from './owner';

/** No front end answers questions here. */
export class NoInputError extends Error {
  override name = 'NoInputError';
  constructor() {
    super('there is no input here: this cell was started without a person to ask (headless runs have none)');
  }
}

/** The person would rather stop the cell than answer. */
export class QuestionInterrupted extends Error {}

let ask: (prompt: string, password: boolean) => void;
let port: MessagePort;
let counters: Int32Array;

/** What front ends send for Ctrl-D. */
const END = '\x04';

function text(answer: Answer): string {
  if ('text' in answer) {
    if (answer.text === END) throw new Error('the input has ended');
    return answer.text;
  }
  throw answer.refused === 'interrupted' ? new QuestionInterrupted() : new NoInputError();
}

function question(prompt: string, password: boolean): void {
  if (!currentCell()?.allowStdin) throw new NoInputError();
  ask(prompt, password);
}

/** Asks and waits, with everything else in the kernel, for the answer. */
function askAndWait(prompt: string, password = false): string {
  const before = Atomics.load(counters, signals.answered);
  question(prompt, password);
  Atomics.wait(counters, signals.answered, before);
  return text((receiveMessageOnPort(port) as { message: Answer }).message);
}

/**
 * Asks the person at the front end for a line and waits for it: `const name = prompt('Your name?')`. `password` hides what is
 * typed. Throws NoInputError where nobody can answer.
 */
export const prompt = (question = '', { password = false } = {}): string => askAndWait(question, password);

/** Asks a question whose answer is yes or no: `y` and `yes` are true, whatever else is false. */
export const confirm = (question = ''): boolean => /^\s*y(es)?\s*$/i.test(askAndWait(`${question} [y/N] `));

/** `process.stdin`: each time that something reads, the person is asked for a line. */
class Input extends Readable {
  readonly isTTY = false;
  private wanted = false;

  override _read(): void {
    this.wanted = true;
    // Whoever has the line that it wanted stops reading within a turn or two.
    setTimeout(() => this.ask(), 20);
  }

  override resume(): this {
    super.resume();
    setTimeout(() => this.ask(), 20);
    return this;
  }

  private ask(): void {
    if (!this.wanted || this.isPaused() || this.destroyed) return;
    this.wanted = false;
    try {
      question('', false);
    } catch (error) {
      this.destroy(error as Error);
      return;
    }
    port.once('message', (answer: Answer) => {
      if ('text' in answer) this.push(answer.text === END ? null : `${answer.text}\n`);
      else this.destroy(answer.refused === 'interrupted' ? undefined : new NoInputError());
    });
  }
}

/** Connects questions to the front end: answers come on `answers`, and each raises a counter. */
export function connectInput(post: (message: FromCells) => void, answers: MessagePort, memory: Int32Array): void {
  ask = (prompt, password) => post({ op: 'input', cell: currentCell()!.id, prompt, password });
  port = answers;
  counters = memory;
  let stdin = new Input();
  Object.defineProperty(process, 'stdin', { configurable: true, get: () => (stdin.destroyed ? (stdin = new Input()) : stdin) });
}
