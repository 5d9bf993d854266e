import { Argument, Command } from 'commander'
import { DOCUMENTS } from '../render/formats.ts'
import type { Terminal } from '../render/terminal.ts'
import type { HandoverArguments } from './handover-arguments.ts'
import { atLeastOne } from './numbers.ts'
import {
  context,
  type Done,
  exitCodes,
  installationSettings,
  kubeconfig,
  outputFormat,
  stated,
} from './options.ts'

export function handoverCommand(terminal: Terminal, done: Done): Command {
  return new Command('handover')
    .summary('replace running Pods that lack their hook or readiness gate, without losing a request')
    .description(
      'Pods that started before their hook lose requests once more when they end. This replaces them, of a Deployment, ' +
        'an Argo Rollout or a ReplicaSet, one by one and without a rollout: each gets a replacement first, which has ' +
        'its hook and gate; when that is ready, the old Pod leaves its Services, goes on serving until no load balancer ' +
        'sends to it anymore, and is deleted. It works with your kubeconfig and your rights. Each step is recorded on ' +
        'the Pod: if the command is interrupted, run it again, or take it back with --undo (docs/handover.md).' +
        exitCodes('handover'),
    )
    .addArgument(new Argument('[workload...]', 'KIND/NAME, as kubectl takes them').argOptional())
    .option('--all', 'all Deployments, Rollouts and ReplicaSets of the namespace, one after the other')
    .option('-l, --selector <labels>', 'the same, only those with these labels', stated)
    .addOption(kubeconfig())
    .addOption(context())
    .option('-n, --namespace <name>', 'namespace of the workload; default: that of the context', stated)
    .option('--dry-run', 'show what would be done; change nothing')
    .option('--max-extra <number>', 'number of additional Pods at a time', atLeastOne, 1)
    .option(
      '--timeout <seconds>',
      'time limit for each workload; after it no further Pod is begun',
      atLeastOne,
      3600,
    )
    .option('--undo', 'take back what an earlier call has begun and not finished')
    .option('-y, --yes', 'do not ask for confirmation; required if standard input is not a terminal')
    .addOption(installationSettings())
    .addOption(outputFormat(DOCUMENTS))
    .action(async (words: readonly string[], options: HandoverArguments) => {
      const { runHandover } = await import('./handover.ts')
      done(await runHandover(words, options, terminal))
    })
}
