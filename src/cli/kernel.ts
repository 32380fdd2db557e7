import { Command } from 'commander';

export const kernel = new Command('kernel')
  .description('let Jupyter and VS Code use the kernel')
  .option('--user', 'for all Jupyter programs of this user, not for this project alone', false)
  .addHelpText('after', '\nExample:\n  squeezelab kernel --user')
  .action(async ({ user }: { user: boolean }) => {
    const { howToUse, installKernel, projectJupyterFolder, userJupyterFolder } = await import('../lab/jupyter');
    console.log(howToUse(installKernel(user ? userJupyterFolder() : projectJupyterFolder), user));
  });
