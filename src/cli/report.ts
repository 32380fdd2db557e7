import { Command } from 'commander';

export const report = new Command('report')
  .description('rebuild REPRODUCTION.md from the recorded claims')
  .option('--json', 'print the claims as JSON instead')
  .addHelpText('after', '\nExample:\n  squeezelab report --json')
  .action(async ({ json }: { json?: boolean }) => {
    const { reportJson, writeReport } = await import('../papers');
    if (json) return console.log(reportJson());
    writeReport();
    console.log('Wrote REPRODUCTION.md');
  });
