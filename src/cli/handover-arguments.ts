/** The options of `slackwater handover`, as given. */
export interface HandoverArguments {
  readonly all?: true
  readonly selector?: string
  readonly kubeconfig?: string
  readonly context?: string
  readonly namespace?: string
  readonly dryRun?: true
  readonly maxExtra: number
  /** Seconds. */
  readonly timeout: number
  readonly undo?: true
  readonly yes?: true
  readonly settings?: string
  readonly output: 'text' | 'json' | 'yaml'
}
