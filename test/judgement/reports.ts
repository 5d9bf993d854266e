import type { JudgedReport } from '../../src/judgement/concerns.ts'
import type { JudgedWorkload } from '../../src/judgement/workloads.ts'

/** A protected workload about which there is nothing to say. */
export const workload = (wanted: Partial<JudgedWorkload> = {}): JudgedWorkload => ({
  kind: 'Deployment',
  namespace: 'shop',
  name: 'web',
  mode: 'enforce',
  state: 'protected',
  verdict: 'complete',
  findings: [],
  notices: [],
  warnings: [],
  present: { recorded: true },
  ...wanted,
})

/** A report in which nothing is amiss. */
export const report = (wanted: Partial<JudgedReport> = {}): JudgedReport => ({
  cluster: {},
  missing: [],
  unreadable: [],
  workloads: [workload()],
  otherPods: [],
  ...wanted,
})

/** Running Pods that lack nothing, but for what is named. */
export const pods = (wanted: Partial<JudgedReport['otherPods'][number]['pods']> = {}) => ({
  withoutHook: 0,
  shortHook: 0,
  shortGrace: 0,
  withoutGate: 0,
  ...wanted,
})
