import { Argument, Command } from 'commander'
import { DOCUMENTS } from '../render/formats.ts'
import type { Terminal } from '../render/terminal.ts'
import type { ExplainOptions } from './explained.ts'
import {
  context,
  type Done,
  exitCodes,
  filename,
  helmValues,
  installationSettings,
  kubeconfig,
  kubeVersion,
  kustomize,
  outputFormat,
  render,
  stated,
} from './options.ts'

export function explainCommand(terminal: Terminal, done: Done): Command {
  return new Command('explain')
    .summary('explain one workload on one screen, or what a finding means')
    .description(
      'With KIND/NAME, as kubectl takes them (deployment/web, deploy web, sts/db, rollout/api): how one workload is ' +
        'reached from its load balancers, how its Pods terminate, the sleep and the grace period that it needs with ' +
        'the origin of every term, its findings with the fix to paste, what would change, and what its running Pods ' +
        'lack. It reads the cluster with your kubeconfig, which needs get and list and nothing else, or with -f or -k ' +
        'manifests. With the id of a finding, a concern or a notice (prestop-missing), it prints the page about it. ' +
        'Changes nothing.' +
        exitCodes('explain'),
    )
    .addArgument(new Argument('[words...]', 'KIND/NAME, or the id of a finding').argOptional())
    .addOption(filename())
    .addOption(kustomize())
    .addOption(render())
    .addOption(helmValues())
    .addOption(kubeVersion())
    .addOption(kubeconfig().conflicts(['filename', 'kustomize']))
    .addOption(context().conflicts(['filename', 'kustomize']))
    .option(
      '-n, --namespace <name>',
      'namespace of the workload; default: that of the context. With -f: of objects that name none',
      stated,
    )
    .addOption(outputFormat(DOCUMENTS))
    .addOption(installationSettings())
    .option(
      '--assume-default-class <name>',
      'with -f: class of an Ingress that names none, if the manifests contain no default IngressClass (alb)',
    )
    .action(async (words: readonly string[], options: ExplainOptions) => {
      const { runExplain } = await import('./explain.ts')
      done(await runExplain(words, options, terminal))
    })
}
