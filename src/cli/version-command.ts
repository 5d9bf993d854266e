import { Command } from 'commander'
import { DOCUMENTS } from '../render/formats.ts'
import type { Terminal } from '../render/terminal.ts'
import { type Done, outputFormat } from './options.ts'

export function versionCommand(terminal: Terminal, done: Done): Command {
  return new Command('version')
    .summary('print the version of this program')
    .description(
      'Prints the version of this program, the commit it was built from where the build knows it, and the Node.js ' +
        'and the platform it runs on. It contacts no cluster: the version of an installation is in its report. ' +
        'slackwater --version prints the number alone.',
    )
    .addOption(outputFormat(DOCUMENTS))
    .action(async ({ output }: { readonly output: string }) => {
      const { runVersion } = await import('./version.ts')
      done(runVersion(output, terminal))
    })
}
