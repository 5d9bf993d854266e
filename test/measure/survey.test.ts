import { expect, test } from 'vitest'
import type { LeavingTarget } from '../../src/core/measurement/leaving-target.ts'
import { LogSurvey } from '../../src/measure/survey.ts'

const AT = Date.UTC(2026, 9, 5, 8)

const left = (name: string, deleted: number, gone: number): LeavingTarget => ({
  ip: '10.0.0.1',
  pod: { kind: 'Pod', namespace: 'shop', name: `${name}-1` },
  workload: { kind: 'Deployment', namespace: 'shop', name },
  deleted: AT + deleted * 1_000,
  gone: AT + gone * 1_000,
  missing: [],
})

/** A node has few addresses, and the next Pod that starts there gets the one that is free again. */
test('an address that two Pods had within minutes: each target group is that of the Pod that had it then', () => {
  for (const leaving of [
    [left('web', 0, 50), left('api', 500, 550)],
    [left('api', 500, 550), left('web', 0, 50)],
  ]) {
    const survey = new LogSurvey(leaving)
    survey.see({ at: AT - 5_000, target: '10.0.0.1:8080', targetGroup: 'arn:web' })
    survey.see({ at: AT + 300_000, target: '10.0.0.1:8080', targetGroup: 'arn:api' })
    const named = ['arn:web', 'arn:api'].map((arn) => survey.workloadsOf(arn).map(({ name }) => name))
    expect(named).toEqual([['web'], ['api']])
  }
})
