import type { Explanation } from '../report/explain-schema.ts'
import type { ResultWorkload } from '../result/result.ts'
import type { InputOptions } from './plan-files.ts'

/** The options of `slackwater explain`, as given. */
export interface ExplainOptions extends InputOptions {
  readonly kubeconfig?: string
  readonly context?: string
  readonly namespace?: string
  readonly output: 'text' | 'json' | 'yaml'
  readonly settings?: string
  readonly assumeDefaultClass?: string
}

/** What there is under a kind and a name, or why there is nothing. */
export interface Explained {
  readonly workloads: readonly ResultWorkload[]
  readonly missing: Explanation['missing']
  /** Input that could not be read, and why there is no workload: sentences. */
  readonly problems: readonly string[]
  readonly isLive: boolean
}
