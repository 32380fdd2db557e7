/** A kernel whose front end was killed ends itself; Jupyter's clients, and ours, say who that is, for it may be gone before the kernel can ask. */
export function endWithParent(): void {
  const parent = Number(process.env.JPY_PARENT_PID) || process.ppid;
  const child = process.ppid === parent;
  setInterval(() => {
    if ((child && process.ppid !== parent) || !isAlive(parent)) process.kill(process.pid, 'SIGKILL');
  }, 1000);
}

/** Windows keeps the number of a parent that is gone. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
