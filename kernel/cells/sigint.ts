/** Who listens to SIGINT, as Ctrl-C sends it: long work that stops by itself, and the kernel. */

type Listener = NodeJS.SignalsListener;

/** Those that Node has put away while a script runs that SIGINT breaks. */
let put: Listener[] | undefined;
let own: Listener;
let telling = false;

/** Runs such a script. */
export function keepingSigint<T>(work: () => T): T {
  put = process.rawListeners('SIGINT') as Listener[];
  const result = work();
  put = undefined;
  return result;
}

/** Brings the listeners back if the script was stopped in the middle. Not to be called while it runs. */
export function restoreSigint(): void {
  for (const listener of put ?? []) if (!process.rawListeners('SIGINT').includes(listener)) process.on('SIGINT', listener);
  put = undefined;
}

/** Calls `interrupt` at SIGINT. */
export function listen(interrupt: () => void): void {
  own = () => {
    if (!telling) interrupt();
  };
  process.on('SIGINT', own);
}

const others = () => (put ?? (process.rawListeners('SIGINT') as Listener[])).filter((listener) => listener !== own);

/** How many listen besides the kernel. */
export const listeners = (): number => others().length;

/** Tells those who listen, and returns how many they are. */
export function tell(): number {
  const told = others();
  telling = true;
  try {
    if (!put) process.emit('SIGINT');
    else for (const listener of told) listener.call(process, 'SIGINT');
  } finally {
    telling = false;
  }
  // Those that listen once, as their wrappers show, have heard it.
  put = put?.filter((listener) => !told.includes(listener) || !('listener' in listener));
  return told.length;
}
