import { once } from 'node:events'
import { CommanderError } from 'commander'
import { startStandIn } from './aws/stand-in.ts'
import { playLaboratory } from './plane/laboratory.ts'
import { type LabAsked, labProgram } from './program.ts'
import { servingOf, storyOf } from './story.ts'
import { writePlayed } from './write-played.ts'

/** A laboratory of our own: an ALB whose numbers are known, played by hand. docs/laboratory.md shows it. */

const print = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`)

async function run({ play, out, serve }: LabAsked): Promise<void> {
  const played = playLaboratory(play)
  print(storyOf(played.truth, await writePlayed(played, out)))
  if (serve === undefined) return
  const standIn = await startStandIn(played.account, { port: serve.port })
  if (serve.fault !== undefined) standIn.fail({ kind: serve.fault })
  print(['', ...servingOf(standIn.url, played.account.region, played.truth.targetGroup)])
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  await standIn.stop()
}

try {
  await labProgram(run).exitOverride().parseAsync()
} catch (error) {
  // commander has said it by then.
  if (!(error instanceof CommanderError))
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = error instanceof CommanderError && error.exitCode === 0 ? 0 : 2
}
