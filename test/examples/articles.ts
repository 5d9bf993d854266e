import type { FindingId, Severity } from '../../src/core/findings/catalogue.ts'
import type { Holds } from '../../src/core/findings/finding.ts'

/**
 * What must be found in the manifests of the five articles that the problem is known from: as their authors published
 * them, and after their authors' advice. Written by hand from the articles and the formulas of docs/budget.md, before
 * the program was asked. The articles are:
 *
 * - A26, A27, A28: "Why EKS returns HTTP 502 when a Deployment is updated", parts 1 to 3 (ironman series, 2022)
 * - MY: "Implementing zero downtime deployment of Pods on Amazon EKS" (2023)
 * - EC: "Zero downtime deployment (RollingUpdate) when using AWS Load Balancer Controller on Amazon EKS" (easoncao)
 */
export interface ArticleRow {
  readonly article: string
  /** What the authors advise that has been done; absent: as published. */
  readonly advice?: Advice
  /** The example of ours that shows the same, and the manifest as published. */
  readonly files: readonly [ours: string, published: string]
  /** Terms that the authors assume, where they are not ours. */
  readonly terms?: { readonly P?: number; readonly R?: number; readonly J?: number }
  readonly sleep: number
  readonly grace: number
  readonly findings: readonly ExpectedFinding[]
}

export type ExpectedFinding = readonly [id: FindingId, severity: Severity, holds: Holds]

export interface Advice {
  /** preStop `sleep N` of the container, and the grace period around it. */
  readonly hook?: readonly [sleep: number, grace: number]
  /** The namespace of the workload has the readiness-gate label. */
  readonly label?: true
  /** The application drains by itself after SIGTERM (MY: Spring Boot's graceful shutdown). */
  readonly graceful?: true
  /** A readiness gate in the Pod template, as controller 1.x wanted it (EC). */
  readonly legacyGate?: string
}

const NGINX = ['1-bookshop.yaml', 'nginx-demo-ingress.yaml'] as const
const GAME = ['2-arcade.yaml', '2048-game.yaml'] as const
const ZERO_DOWNTIME = ['3-library.yaml', '2048-zero-downtime.yaml'] as const

export const ARTICLE_ROWS: readonly ArticleRow[] = [
  {
    // A27 explains the same rollout with the same manifest.
    article: 'A26, A27',
    files: NGINX,
    // 5 + max(25, min(300, 25 + 10)) + 5; + 30
    sleep: 45,
    grace: 75,
    findings: [
      // No annotation sets D, and an ALB's sleep depends on it.
      ['deregistration-delay-assumed', 'information', 'throughout'],
      // No hook at all; we write one.
      ['prestop-missing', 'warning', 'before'],
      // The Namespace is in the file, without the label; we write it.
      ['readiness-gate-missing', 'warning', 'before'],
      // No probe at all; nothing of ours can add one.
      ['readiness-probe-missing', 'warning', 'throughout'],
    ],
  },
  {
    article: 'A28',
    advice: { hook: [70, 90], label: true },
    files: NGINX,
    // The need is as before: 45. A = 90 − 70 = 20, and G is never lowered below the user's 90.
    sleep: 45,
    grace: 90,
    findings: [
      ['deregistration-delay-assumed', 'information', 'throughout'],
      // The advice has nothing about probes.
      ['readiness-probe-missing', 'warning', 'throughout'],
      // 70 > 45 + 10: safe, and 25 s of each Pod's end for nothing where an ALB stops after 25 s.
      ['sleep-longer-than-needed', 'information', 'throughout'],
    ],
  },
  {
    article: 'A28, with its own terms: ELB below 60 s, no margin',
    advice: { hook: [70, 90], label: true },
    terms: { P: 60, R: 5, J: 0 },
    files: NGINX,
    // 5 + max(60, min(300, 60 + 5)) + 0; A = 90 − 70
    sleep: 70,
    grace: 90,
    findings: [
      ['deregistration-delay-assumed', 'information', 'throughout'],
      // 70 is what these terms need: no longer too long.
      ['readiness-probe-missing', 'warning', 'throughout'],
    ],
  },
  {
    article: 'MY',
    files: GAME,
    // 5 + max(25, min(70, 35)) + 5; A = 60 − 10, G = 45 + 50
    sleep: 45,
    grace: 95,
    findings: [
      // A liveness probe without a grace period of its own, and a hook that runs first.
      ['liveness-grace', 'information', 'throughout'],
      // 10 < 45, and a hook of the user's is never overwritten.
      ['prestop-too-short', 'warning', 'throughout'],
      // The objects name no namespace, and `default` is not in the file: unknown, not missing.
      ['readiness-gate-missing', 'information', 'throughout'],
      // D 70 ≥ 25 + 10: nothing is cut. Probe and check both ask /health on the target port: they do not differ.
    ],
  },
  {
    article: 'MY, the whole recipe: label, graceful shutdown, sleep 10, grace 75',
    advice: { hook: [10, 75], label: true, graceful: true },
    files: GAME,
    // graceful: 5 + 25 + 5; A = 75 − 10, G = 35 + max(65, 10)
    sleep: 35,
    grace: 100,
    findings: [
      ['liveness-grace', 'information', 'throughout'],
      // The recipe counts on a controller and an ALB that need 10 s together.
      ['prestop-too-short', 'warning', 'throughout'],
    ],
  },
  {
    article: 'MY, the whole recipe, with its own terms: the ALB has stopped after 5 s, no margin',
    advice: { hook: [10, 75], label: true, graceful: true },
    terms: { P: 5, J: 0 },
    files: GAME,
    // graceful: 5 + 5 + 0; A = 75 − 10, G = 10 + max(65, 10)
    sleep: 10,
    grace: 75,
    findings: [['liveness-grace', 'information', 'throughout']],
  },
  {
    article: 'EC, before',
    files: ZERO_DOWNTIME,
    // 5 + max(25, min(30, 35)) + 5; + 30
    sleep: 40,
    grace: 70,
    findings: [
      // 30 < 25 + 10. Both are assumptions of ours, so it is a hint and no warning.
      ['deregistration-delay-cuts-requests', 'information', 'throughout'],
      ['prestop-missing', 'warning', 'before'],
      ['readiness-gate-missing', 'warning', 'before'],
      ['readiness-probe-missing', 'warning', 'throughout'],
    ],
  },
  {
    article: 'EC, before, with the gate of controller 1.x',
    advice: { legacyGate: 'target-health.alb.ingress.k8s.aws/ingress-2048_service-2048_80' },
    files: ZERO_DOWNTIME,
    sleep: 40,
    grace: 70,
    findings: [
      ['deregistration-delay-cuts-requests', 'information', 'throughout'],
      // No controller of today sets it, and it is the template's own.
      ['legacy-readiness-gate', 'warning', 'throughout'],
      ['prestop-missing', 'warning', 'before'],
      ['readiness-gate-missing', 'warning', 'before'],
      ['readiness-probe-missing', 'warning', 'throughout'],
    ],
  },
  {
    article: 'EC, after: sleep 40, grace 70, label',
    advice: { hook: [40, 70], label: true },
    files: ZERO_DOWNTIME,
    // 40 needed, 40 slept: the article's own numbers, so neither too short nor too long. A = 70 − 40.
    sleep: 40,
    grace: 70,
    findings: [
      // D 30 is a part of the advice ("less than 40").
      ['deregistration-delay-cuts-requests', 'information', 'throughout'],
      ['readiness-probe-missing', 'warning', 'throughout'],
    ],
  },
]
