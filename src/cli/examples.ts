import type { Command } from 'commander'

interface Example {
  /** What it does, as a comment of a shell. */
  readonly what: string
  /** Ready to paste. */
  readonly run: string
}

/** What `--help` shows at the end of each command, as kubectl does; of `slackwater` itself under its own name. */
const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  slackwater: [
    { what: 'which workloads of a cluster lose requests, and why', run: 'slackwater audit' },
    {
      what: 'one of them in full, with the fix to paste',
      run: 'slackwater explain deployment/web -n shop',
    },
    { what: 'what would change in manifests', run: 'slackwater plan -f deploy/' },
  ],
  plan: [
    { what: 'what would change in a folder of manifests', run: 'slackwater plan -f deploy/' },
    {
      what: 'in what helm or kustomize renders',
      run: 'helm template my-release ./chart | slackwater plan -f -',
    },
    {
      what: 'write the changed manifests to another folder',
      run: 'slackwater plan -f deploy/ --write-to patched/',
    },
    {
      what: 'in CI: fail if anything would change',
      run: 'slackwater plan -f deploy/ --exit-code --fail-on none',
    },
  ],
  lint: [
    { what: 'the findings of a folder, by file and line', run: 'slackwater lint -f deploy/' },
    { what: 'as annotations on a pull request in GitHub', run: 'slackwater lint -f deploy/ -o github' },
    {
      what: 'for code scanning, and without failing the job',
      run: 'slackwater lint -f deploy/ -o sarif --fail-on none > slackwater.sarif',
    },
  ],
  serve: [
    {
      what: 'try the webhook on this machine, with manifests instead of a cluster',
      run: 'slackwater serve --self-signed --manifests deploy/',
    },
    {
      what: 'with a certificate of your own, following the cluster of your kubeconfig',
      run: 'slackwater serve --tls-cert tls.crt --tls-key tls.key',
    },
  ],
  report: [
    { what: 'all that a running Slackwater sees', run: 'slackwater report' },
    { what: 'each workload of one namespace in full', run: 'slackwater report -n shop --details' },
    {
      what: 'without the right to forward ports: inside its Pod',
      run: 'kubectl -n slackwater-system exec deployment/slackwater -- slackwater report',
    },
  ],
  audit: [
    { what: 'all workloads of the cluster', run: 'slackwater audit' },
    { what: 'each workload of one namespace in full', run: 'slackwater audit -n shop --details' },
    {
      what: 'a page about several clusters',
      run: 'slackwater audit --contexts prod-eu,prod-us -o html > audit.html',
    },
  ],
  explain: [
    { what: 'a workload of the cluster', run: 'slackwater explain deployment/web -n shop' },
    { what: 'a workload in manifests', run: 'slackwater explain deployment/web -f deploy/' },
    { what: 'what a finding means', run: 'slackwater explain prestop-missing' },
  ],
  handover: [
    { what: 'show what would be done', run: 'slackwater handover deployment/web -n shop --dry-run' },
    { what: 'show it, ask, and do it', run: 'slackwater handover deployment/web -n shop' },
    { what: 'one workload after the other', run: 'slackwater handover --all -n shop -y' },
    { what: 'take back what was begun', run: 'slackwater handover deployment/web -n shop --undo' },
  ],
  measure: [
    {
      what: 'a month of access logs, with the departures of a running Slackwater',
      run: 'slackwater measure --access-logs alb-logs/',
    },
    {
      what: 'with reports that were saved every night, and the log of the load balancer controller',
      run: 'slackwater measure --access-logs logs/ --departures *.json --lbc-log lbc.log',
    },
    {
      what: 'why requests failed at a moment',
      run: 'slackwater measure --access-logs alb-logs/ --why 2026-11-27T10:04',
    },
    {
      what: 'let the running Slackwater compute with it; nothing rolls',
      run: 'slackwater measure --access-logs alb-logs/ --apply',
    },
  ],
  remove: [
    { what: 'show what would be removed', run: 'slackwater remove -A --dry-run' },
    { what: 'remove it, ten workloads at a time', run: 'slackwater remove -A --batch 10 --pause 60' },
    { what: 'from the workloads of one team', run: 'slackwater remove -n shop -l team=web' },
  ],
  completion: [
    { what: 'bash: in ~/.bashrc', run: 'source <(slackwater completion bash)' },
    { what: 'zsh: in ~/.zshrc, after compinit', run: 'source <(slackwater completion zsh)' },
    { what: 'fish: in ~/.config/fish/config.fish', run: 'slackwater completion fish | source' },
  ],
  version: [
    { what: 'for people', run: 'slackwater version' },
    { what: 'for a bug report, or a script', run: 'slackwater version -o json' },
  ],
}

/** Adds the examples to the help of a command; as a plugin of kubectl, the program has another name. */
export function withExamples(command: Command): Command {
  const examples = EXAMPLES[command.name().replace(/^kubectl /, '')] ?? []
  return command.addHelpText('after', () => examplesText(examples, (command.parent ?? command).name()))
}

/** Where the program is called: at the beginning, or behind a pipe. */
const CALL = /^slackwater (?!completion)|(?<=\| )slackwater /

const examplesText = (examples: readonly Example[], program: string): string =>
  `\nExamples:\n${examples.map(({ what, run }) => `  # ${what}\n  ${run.replace(CALL, `${program} `)}`).join('\n\n')}`
