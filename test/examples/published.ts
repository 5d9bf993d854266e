import type { Expectation } from '../../examples/expected.ts'

/**
 * Manifests of published articles, which are not part of this repository: checked where SLACKWATER_MANIFESTS
 * names a folder that holds them. The derivations are those of docs/budget.md.
 */
export const PUBLISHED: readonly Expectation[] = [
  {
    file: 'nginx-demo-ingress.yaml',
    kind: 'Deployment',
    name: 'demo-nginx-deployment',
    verdict: 'inject',
    into: 'template',
    // 5 + max(25, min(300, 35)) + 5; + 30
    sleep: 45,
    grace: 75,
    fixed: ['prestop-missing', 'readiness-gate-missing'],
    staying: ['deregistration-delay-assumed', 'readiness-probe-missing'],
  },
  {
    file: '2048-game.yaml',
    kind: 'Deployment',
    name: '2048-game',
    verdict: 'complete',
    into: 'nowhere',
    // 5 + max(25, min(70, 35)) + 5; A = 60 − 10
    sleep: 45,
    grace: 95,
    fixed: [],
    // Its objects name no namespace: whether that of the apply has the label is unknown.
    staying: ['liveness-grace', 'prestop-too-short', 'readiness-gate-missing'],
  },
  {
    file: '2048-zero-downtime.yaml',
    kind: 'Deployment',
    name: '2048-deployment',
    verdict: 'inject',
    into: 'template',
    // 5 + max(25, min(30, 35)) + 5; + 30
    sleep: 40,
    grace: 70,
    fixed: ['prestop-missing', 'readiness-gate-missing'],
    staying: ['deregistration-delay-cuts-requests', 'readiness-probe-missing'],
  },
]

/** The namespaces that get the readiness-gate label, by file. */
export const LABELLED: Readonly<Record<string, string>> = {
  'nginx-demo-ingress.yaml': 'demo-nginx',
  // The objects name no namespace; the one that the file labels is another.
  '2048-game.yaml': 'default',
  '2048-zero-downtime.yaml': '2048-game',
  '1-bookshop.yaml': 'bookshop',
  '2-arcade.yaml': 'default',
  '3-library.yaml': 'library',
}
