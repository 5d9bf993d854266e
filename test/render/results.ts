import type { Result, ResultRemark, ResultWorkload } from '../../src/result/result.ts'

/** A workload of a result with these findings; what no renderer of lines reads is left out. */
export const workloadWith = (
  findings: ResultWorkload['findings'],
  placed: Partial<ResultWorkload> = {},
): ResultWorkload => ({
  kind: 'Deployment',
  namespace: 'shop',
  name: 'web',
  mode: 'enforce',
  modeSource: { kind: 'default', of: 'Slackwater' },
  verdict: 'complete',
  why: '',
  exposures: [],
  present: { containers: [], recorded: false },
  changes: [],
  patch: [],
  sent: [],
  findings,
  notices: [],
  warnings: [],
  ...placed,
})

type ShownFinding = ResultWorkload['findings'][number]

/** A warning that stays. */
export const findingOf = (finding: Partial<ShownFinding> = {}): ShownFinding => ({
  id: 'readiness-probe-missing',
  severity: 'warning',
  holds: 'throughout',
  message: 'no container has a readiness probe',
  action: 'add a readinessProbe',
  ...finding,
})

export const ACCEPTED: Partial<ShownFinding> = {
  accepted: { reason: 'a canary', by: { kind: 'setting', name: 'accept.single-replica' } },
}

/** As of manifests, unless something else is wanted. */
export const resultOf = (
  workloads: readonly ResultWorkload[],
  remarks: readonly ResultRemark[] = [],
  further: Partial<Result> = { isAfterChanges: true },
): Result => ({ command: 'lint', version: '1.2.3', workloads, remarks, ...further })

export const PROBLEM: ResultRemark = {
  what: 'problem',
  id: 'problem',
  severity: 'error',
  message: 'a mapping or list where a key was expected',
  position: { file: 'web.yaml', line: 3 },
}
