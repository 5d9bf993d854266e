import { describe, expect, test } from 'vitest'
import { phasesOf } from '../../../src/core/budget/timeline.ts'
import type { TermSettings } from '../../../src/core/model/settings.ts'
import { exposure } from '../exposures.ts'
import { decided, s } from './subjects.ts'

type Wanted = Parameters<typeof exposure>[0]

const budgetOf = (wanted: Wanted, terms: TermSettings = {}) => {
  const { budget } = decided({}, { exposures: [exposure(wanted)], settings: { terms } })
  if (budget === undefined) throw new Error('no budget')
  return budget
}

describe('what the load balancer does after a pod’s deletion', () => {
  test.for<[string, Wanted, TermSettings, readonly string[]]>([
    // C 5, P 25, R 10
    ['ip × ALB', {}, {}, ['unaware C 0–5', 'stopping P 5–30', 'finishing R 30–40']],
    // The ALB ends requests at C + D = 5 + 28.
    ['ip × ALB, D 28', { delay: 28 }, {}, ['unaware C 0–5', 'stopping P 5–30', 'finishing R 30–33']],
    ['ip × ALB, D 5: nothing is left to finish', { delay: 5 }, {}, ['unaware C 0–5', 'stopping P 5–30']],
    [
      'ip × NLB',
      { loadBalancer: 'nlb', delay: 5 },
      {},
      ['unaware C 0–5', 'stopping P 5–125', 'finishing R 125–135'],
    ],
    ['instance × ALB', { targetType: 'instance' }, {}, ['stopping K 0–10', 'finishing I 10–70']],
    [
      'instance × NLB',
      { loadBalancer: 'nlb', targetType: 'instance' },
      {},
      ['stopping K 0–10', 'finishing R 10–20'],
    ],
    [
      'Local',
      { loadBalancer: 'nlb', targetType: 'instance', local: true },
      {},
      ['unaware H 0–26', 'stopping L 26–66'],
    ],
    ['a term of 0 is no phase', {}, { controllerSeconds: s(0) }, ['stopping P 0–25', 'finishing R 25–35']],
  ])('%s', ([, wanted, terms, expected]) => {
    const phases = phasesOf(budgetOf(wanted, terms).decidedBy)
    expect(phases.map(({ kind, term, from, to }) => `${kind} ${term} ${from}–${to}`)).toEqual(expected)
  })
})

describe('every term can be written in the settings', () => {
  const nlb = { loadBalancer: 'nlb', targetType: 'instance' } as const
  test.for<[string, Wanted, TermSettings, number]>([
    // Each is one second off its default in a row that asks for it: 45, 140, 75, 25, 71.
    ['C', {}, { controllerSeconds: s(6) }, 46],
    ['P, ALB', {}, { propagationSeconds: { alb: s(26) } }, 46],
    ['P, NLB', { loadBalancer: 'nlb' }, { propagationSeconds: { nlb: s(121) } }, 141],
    ['R', {}, { requestSeconds: s(11) }, 46],
    ['J', {}, { marginSeconds: s(6) }, 46],
    // min(D 34, 25 + 10)
    ['D', {}, { deregistrationDelaySeconds: s(34) }, 44],
    ['K', nlb, { kubeProxySeconds: s(11) }, 26],
    ['I, ALB', { targetType: 'instance' }, { idleTimeoutSeconds: { alb: s(61) } }, 76],
    ['I, NLB: no term of any row', nlb, { idleTimeoutSeconds: { nlb: s(351) } }, 25],
    ['H', { ...nlb, local: true }, { healthSeconds: s(27) }, 72],
    ['L', { ...nlb, local: true }, { unhealthyLagSeconds: s(41) }, 72],
  ])('%s', ([, wanted, terms, sleep]) => {
    expect(budgetOf(wanted, terms).sleep).toBe(sleep)
  })
})
