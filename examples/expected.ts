import type { Verdict } from '../src/core/decision/decide.ts'
import type { FindingId } from '../src/core/findings/catalogue.ts'

/** What must come of one object: derived by hand in README.md, never from the program's output. */
export interface Expectation {
  readonly file: string
  readonly kind: string
  readonly name: string
  readonly verdict: Verdict
  /** Where the hook is written: in the template, in its Pods only, or nowhere. */
  readonly into: 'template' | 'pods' | 'nowhere'
  /** The budget: S and G in seconds. */
  readonly sleep: number
  readonly grace: number
  /** Findings that the change ends. */
  readonly fixed: readonly FindingId[]
  /** Findings that stay or come, information too. */
  readonly staying: readonly FindingId[]
}

export const EXPECTED: readonly Expectation[] = [
  {
    file: '1-bookshop.yaml',
    kind: 'Deployment',
    name: 'storefront',
    verdict: 'inject',
    into: 'template',
    // C 5 + max(P 25, min(D 300, P 25 + R 10)) + J 5; + A 30
    sleep: 45,
    grace: 75,
    fixed: ['prestop-missing', 'readiness-gate-missing'],
    staying: ['deregistration-delay-assumed', 'readiness-probe-missing', 'rollout-peak-pods'],
  },
  {
    file: '2-arcade.yaml',
    kind: 'Deployment',
    name: 'arcade',
    verdict: 'complete',
    into: 'nowhere',
    // 5 + max(25, min(70, 35)) + 5; A = grace 60 − hook 10 = 50
    sleep: 45,
    grace: 95,
    fixed: ['readiness-gate-missing'],
    staying: ['liveness-grace', 'prestop-too-short', 'rollout-peak-pods'],
  },
  {
    file: '3-library.yaml',
    kind: 'Deployment',
    name: 'catalogue',
    verdict: 'inject',
    into: 'template',
    // 5 + max(25, min(30, 35)) + 5; + 30
    sleep: 40,
    grace: 70,
    fixed: ['prestop-missing', 'readiness-gate-missing'],
    staying: ['deregistration-delay-cuts-requests', 'readiness-probe-missing', 'rollout-peak-pods'],
  },
  {
    file: '4-chat.yaml',
    kind: 'Deployment',
    name: 'gateway',
    verdict: 'inject',
    into: 'template',
    // C 5 + P 120 + R 10 + J 5; + 30. 140 + 30 = 170 > 110: more than a Spot notice leaves.
    sleep: 140,
    grace: 170,
    fixed: ['prestop-missing'],
    staying: ['grace-above-limit', 'liveness-grace', 'rollout-peak-pods'],
  },
  {
    file: '5-payments.yaml',
    kind: 'Deployment',
    name: 'ledger',
    verdict: 'inject-in-pods',
    into: 'pods',
    sleep: 45,
    grace: 75,
    fixed: ['prestop-missing'],
    staying: ['deregistration-delay-assumed', 'rollout-peak-pods'],
  },
  {
    file: '6-reports.yaml',
    kind: 'StatefulSet',
    name: 'reports',
    verdict: 'withhold',
    into: 'nowhere',
    sleep: 45,
    grace: 75,
    fixed: ['readiness-gate-missing'],
    staying: ['deregistration-delay-assumed', 'outage-on-replacement'],
  },
  {
    file: '7-legacy.yaml',
    kind: 'Deployment',
    name: 'portal',
    verdict: 'inject',
    into: 'template',
    // K 10 + I 60 + J 5; + 30
    sleep: 75,
    grace: 105,
    fixed: ['prestop-missing'],
    staying: ['instance-targets', 'rollout-peak-pods'],
  },
]
