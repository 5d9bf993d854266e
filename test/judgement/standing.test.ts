import { expect, test } from 'vitest'
import { type Standing, standingOf } from '../../src/judgement/standing.ts'
import type { JudgedWorkload } from '../../src/judgement/workloads.ts'
import { workload } from './reports.ts'

const sound = workload()
const { state: _, ...unexposed } = sound
const missing = { id: 'prestop-missing', severity: 'warning', holds: 'throughout' } as const
const unknownHook = { id: 'prestop-unknown-length', severity: 'information', holds: 'throughout' } as const
const pods = { withoutHook: 0, shortHook: 0, shortGrace: 0, withoutGate: 0 }

test.for<readonly [what: string, workload: JudgedWorkload, standing: Standing]>([
  ['nothing to change', sound, 'protected'],
  ['nothing sends to it', unexposed, 'not-exposed'],
  ['not all load balancers could be read', { ...unexposed, verdict: 'unknown' }, 'unknown'],
  ['the change is still to come', { ...sound, state: 'would-change' }, 'at-risk'],
  ['a warning stays', { ...sound, findings: [missing] }, 'at-risk'],
  ['information is no risk', { ...sound, findings: [{ ...missing, severity: 'information' }] }, 'protected'],
  ['Pods lack their hook', { ...sound, pods: { ...pods, withoutHook: 1 } }, 'at-risk'],
  ['no Pod lacks anything', { ...sound, pods }, 'protected'],
  ['a hook of unknown length', { ...sound, state: 'short', findings: [unknownHook] }, 'unknown'],
  ['that, and a warning', { ...sound, state: 'short', findings: [unknownHook, missing] }, 'at-risk'],
  ['too short for certain', { ...sound, state: 'short' }, 'at-risk'],
  ['an annotation that could not be read', { ...sound, warnings: ['slackwater.dev/mode: bad'] }, 'unknown'],
  ['a reference that leads nowhere', { ...unexposed, notices: [{ severity: 'warning' }] }, 'unknown'],
  ['an accepted warning', { ...sound, findings: [{ ...missing, accepted: {} }] }, 'accepted'],
  ['an accepted state', { ...sound, state: 'short', findings: [{ ...missing, accepted: {} }] }, 'accepted'],
])('%s', ([, workload, standing]) => {
  expect(standingOf(workload)).toBe(standing)
})
