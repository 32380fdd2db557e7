import { homedir } from 'node:os';
import { join } from 'node:path';
import { projectRoot, shellWord, writeAtomic } from '../system';
import { kernelCommand } from './kernelClient';

/** The user's own Jupyter folder, as jupyter_core finds it. */
export function userJupyterFolder(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  if (env.JUPYTER_DATA_DIR) return env.JUPYTER_DATA_DIR;
  if (platform === 'darwin') return join(homedir(), 'Library/Jupyter');
  if (platform === 'win32') return join(env.APPDATA ?? homedir(), 'jupyter');
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local/share'), 'jupyter');
}

/** The project's own Jupyter folder. */
export const projectJupyterFolder = join(projectRoot, '.jupyter');

/** How a notebook names its kernel. The name is our own: a stock tslab beside it stays what it is. */
export const kernelspec = { name: 'squeezelab', display_name: 'TypeScript (squeezelab)', language: 'typescript' };

/** Writes the kernelspec into a Jupyter folder and returns its path. Its paths are absolute: run it again after moving the project. */
export function installKernel(folder: string): string {
  const file = join(folder, 'kernels', kernelspec.name, 'kernel.json');
  const spec = { argv: kernelCommand, display_name: kernelspec.display_name, language: kernelspec.language, interrupt_mode: 'message' };
  writeAtomic(file, `${JSON.stringify(spec, null, 2)}\n`);
  return file;
}

/** What `npm run kernel:install` prints: how to use the kernel that was installed. */
export function howToUse(file: string, user: boolean): string {
  const everywhere = `
In VS Code, install the Jupyter extension, open a notebook of this project, and choose "Select Kernel",
"Jupyter Kernel...", "TypeScript (squeezelab)". In Jupyter, open the notebook: it asks for this kernel itself.
Changed a .ts file? Restart the kernel: sources are read once.`;
  return user
    ? `Installed ${file} for all Jupyter programs of this user.\n${everywhere}`
    : `Installed ${file} for this project.

Jupyter and VS Code find it when they are started with

  JUPYTER_PATH=${shellWord(projectJupyterFolder)} jupyter lab
  JUPYTER_PATH=${shellWord(projectJupyterFolder)} code .

or everywhere after: npm run kernel:install -- --user
${everywhere}`;
}
