/**
 * Situations from the field, which are not part of this repository: checked where SLACKWATER_CASES names a folder that
 * holds them. Terms are the defaults. With them the sleep of ip targets is 5 + max(25, min(300, 25 + 10)) + 5 = 45 s behind
 * an ALB and 5 + max(120, min(300, 120 + 10)) + 5 = 140 s behind an NLB, and the application has 30 s after it.
 */

interface ExpectedWorkload {
  readonly verdict: string
  /** Seconds from the deletion to SIGTERM and to SIGKILL, as far as the files decide it. */
  readonly ending?: readonly [sigterm: number, sigkill: number]
}

export interface ExpectedCase {
  readonly file: string
  readonly workloads: Readonly<Record<string, ExpectedWorkload>>
  /** Ids of all findings and notices of severity warning or error that stay. */
  readonly warnings: readonly string[]
  /** Ids of information that must be among the rest. */
  readonly information: readonly string[]
  readonly code: number
  /** Namespaces that get the label, where that is the point. */
  readonly labelled?: readonly string[]
}

const injected = (sigterm: number, sigkill: number): ExpectedWorkload => ({
  verdict: 'inject',
  ending: [sigterm, sigkill],
})
const ofPods = (sigterm: number, sigkill: number): ExpectedWorkload => ({
  verdict: 'inject-in-pods',
  ending: [sigterm, sigkill],
})
const left = (sigterm: number, sigkill: number): ExpectedWorkload => ({
  verdict: 'complete',
  ending: [sigterm, sigkill],
})
const OUTSIDE: ExpectedWorkload = { verdict: 'out-of-scope' }
const UNEXPOSED: ExpectedWorkload = { verdict: 'not-exposed' }
const ALB = injected(45, 75)
const NLB = injected(140, 170)

interface Told {
  readonly warnings?: readonly string[]
  readonly information?: readonly string[]
  readonly labelled?: readonly string[]
}

/** Warnings alone decide about the exit code. */
const row = (file: string, workloads: ExpectedCase['workloads'], told: Told = {}): ExpectedCase => {
  const { warnings = [], information = [], labelled } = told
  const code = warnings.length > 0 ? 1 : 0
  return { file, workloads, warnings, information, code, ...(labelled && { labelled }) }
}

const FIELD: readonly ExpectedCase[] = [
  row('c01-keepalive-node', { mapper: ALB }),
  row(
    'c02-keepalive-gunicorn-args',
    { thesis: ALB },
    {
      information: ['keep-alive-below-idle-timeout', 'shutdown-declared'],
    },
  ),
  // The file's grace is 40 s: A = 40 for want of a hook.
  row('c03-linkerd-wait', { slate: ofPods(45, 85) }, { warnings: ['sidecar-dies-first'] }),
  row('c04-hpa-no-replicas', { tickets: ALB }),
  row('hpa/all', { tickets: ALB }),
  row('c06-argo-bluegreen-alb', { pears: ofPods(45, 75) }, { information: ['gate-not-covering'] }),
  row(
    'bluegreen/all',
    { pears: ofPods(45, 75), 'pears-bbbb': OUTSIDE },
    { information: ['gate-not-covering'] },
  ),
  row('c07-argo-canary-lastshift', { walnut: ofPods(45, 75) }),
  row('canary/all', { walnut: ofPods(45, 75) }),
  row(
    'c08-healthcheck-mismatch-gate',
    { berths: ALB },
    {
      warnings: ['health-check-differs'],
      labelled: ['harbourmaster'],
    },
  ),
  // Its peers are found through a governing Service that shows ready Pods only: with the gate they would wait for each other.
  // Held back: new Pods get no gate, which is said with what to do about it.
  row('c09-gate-deadlock-peers', { bus: NLB }, { labelled: [], warnings: ['readiness-gate-missing'] }),
  row('c10-tgb-same-arn', { left: ALB, right: ALB }, { warnings: ['binding-shared', 'binding-shared'] }),
  row('c11-tg-attribute-typo', { weave: ALB }, { warnings: ['attribute-refused'] }),
  row('c12-slowstart-lor-conflict', { yarn: ALB }, { warnings: ['attribute-refused'] }),
  row('c12b-attr-unit', { thread: ALB }, { warnings: ['bad-annotation-value'] }),
  row('c12c-attr-semicolon', { stitch: ALB }, { warnings: ['bad-annotation-value'] }),
  // 5 + max(120, min(5, 120 + 60)) + 5; + 30
  row(
    'c13-nlb-connection-termination',
    { crane: injected(130, 160) },
    {
      warnings: ['deregistration-delay-cuts-requests'],
    },
  ),
  // K + R + J = 10 + 10 + 5; + 30
  row('c14-alb-instance-local', { porter: injected(25, 55) }, { warnings: ['local-policy-loses'] }),
  // Spot: 110 − 30; + 30
  row(
    'c16-karpenter-nodepool-spot',
    { rower: injected(80, 110) },
    {
      warnings: ['grace-above-limit', 'sleep-capped'],
    },
  ),
  row('c17-envoy-daemonset-nlb', { weir: OUTSIDE }, { warnings: ['exposed-not-covered'] }),
  row(
    'c18-grace-below-window-unknown-hook',
    { bell: left(0, 7) },
    {
      warnings: ['grace-too-short'],
      information: ['prestop-unknown-length'],
    },
  ),
  row('c19-nginx-quit-hook', { organ: left(0, 120) }, { warnings: ['prestop-ends-server'] }),
  // Its own hook of 60 s; + 30
  row('c20-native-sleep-above-grace', { oven: { verdict: 'grace-only', ending: [60, 90] } }),
  row('c21-long-requests-declared', { brush: ALB }, { information: ['request-declared'] }),
  row('c22-gate-slower-than-deadline', { hide: ALB }, { warnings: ['progress-deadline-too-short'] }),
  row('c23-spring-phase-timeout', { grain: ALB }, { information: ['shutdown-declared'] }),
  row(
    'c24-publish-not-ready-single',
    { quill: { verdict: 'withhold', ending: [0, 30] } },
    {
      warnings: ['outage-on-replacement', 'publish-not-ready-addresses'],
    },
  ),
  // --shutdown-grace-period=15
  row(
    'c25-app-behind-nginx-behind-nlb',
    { doorman: left(15, 300), piano: UNEXPOSED },
    {
      warnings: ['prestop-too-short'],
    },
  ),
  row('c26-auto-mode-nlb', { heron: NLB }, { labelled: ['lagoon'] }),
  // The proxy sleeps 35 + max(65, 60) = 100, and has 5 s of its own.
  row('c28-istio-sidecar-dies-before-drain', { monk: injected(35, 105) }),
  // The sidecar's own hook of 30 s stays.
  row('c29-sidecar-hook-shorter-than-ours', { nun: injected(30, 75) }, { warnings: ['prestop-too-short'] }),
  row('c30-nlb-zonal-single-pod', { otter: NLB }, { information: ['zone-without-target'] }),
  row('c31-pdb-blocks-drain', { lance: ALB }, { warnings: ['drain-blocked'] }),
  row('c32-stale-gate-by-hand', { anvil: ALB }, { warnings: ['stale-gate'] }),
  row('c33-target-optimizer', { ink: ALB }),
  row('c34-quic-nlb', { wren: NLB }, { labelled: ['swift'] }),
  // Its own grace is 310 s, and its hook none: 140 + 310.
  row('c35-istio-gateway-drain', { pilot: injected(140, 450) }),
  row('c36-hook-forms', { tongs: left(60, 200) }, { information: ['prestop-unknown-length'] }),
  // max(45 + 60, 50 + 10)
  row('c37-sidecar-hook-eats-app-shutdown', { bellows: injected(45, 105) }),
  row('c39-argo-workloadref', { 'Rollout hay': OUTSIDE, 'Deployment hay': ALB }),
  row('c40-multicluster-tgb', { isle: ALB }),
  row(
    'c41-short-hook-d30',
    { tenor: left(15, 45) },
    {
      warnings: ['prestop-too-short'],
      information: ['deregistration-delay-cuts-requests'],
    },
  ),
  row('c42-nlb-ip-grpc-pinned', { morse: NLB }, { information: ['nlb-flows-stay'] }),
  row('c43-alb-d0', { alto: left(45, 90) }, { warnings: ['deregistration-delay-cuts-requests'] }),
  row('c44-grace-lowered-by-policy', { rye: left(45, 50) }, { warnings: ['capped-by-policy'] }),
  row('kyverno/all', { rye: ALB }),
]

const CORPUS: readonly ExpectedCase[] = [
  row('auto-mode-class-and-annotation', { web: ALB }),
  // An NLB by instance targets: 10 + 10 + 5, the classic one would need more.
  row('classic-annotations', { web: injected(25, 55) }),
  row('daemonset-behind-nlb', { envoy: OUTSIDE }, { warnings: ['exposed-not-covered'] }),
  // 5 + max(25, min(30, 25 + 10)) + 5; + 30
  row(
    'deregistration-delay-30',
    { web: injected(40, 70) },
    {
      information: ['deregistration-delay-cuts-requests'],
    },
  ),
  row('directive-loses-documents', { web: ALB }),
  row('explicit-key', { web: ALB }),
  row('grace-zero', { web: left(0, 0) }, { warnings: ['grace-too-short'] }),
  row('no-final-newline', {}),
  row(
    'patched-without-namespace-object',
    { web: ALB },
    {
      warnings: ['readiness-probe-missing'],
      labelled: ['shop'],
    },
  ),
  row('removed-api-deployment', { web: ALB }, { information: ['removed-api-version'] }),
  row('replaced-ingress-hides-alb', { web: ALB }, { warnings: ['exposed-by-one-variant'] }),
  // Instance targets behind an ALB: 10 + 60 + 5
  row('rollout-root-service', { web: ofPods(75, 105) }, { warnings: ['readiness-probe-missing'] }),
  row('same-finding-twice', { web: ALB }),
  row('service-in-other-namespace', { web: UNEXPOSED }, { information: ['service-not-found'] }),
  row('sleep-twice', { web: { verdict: 'grace-only', ending: [60, 90] } }),
  { ...row('tab-indentation', {}), code: 2 },
  row('unknown-class-with-alb-annotations', { web: ALB }),
]

const inFolder =
  (folder: string) =>
  (expected: ExpectedCase): ExpectedCase => ({ ...expected, file: `${folder}/${expected.file}.yaml` })

export const CASES: readonly ExpectedCase[] = [
  ...FIELD.map(inFolder('field')),
  ...CORPUS.map(inFolder('corpus')),
]

/** A Pod at its creation beside a file: the sleep of its first container, and its grace period. */
export const PODS: readonly (readonly [pod: string, beside: string, sleep: number, grace: number])[] = [
  ['pear-aaaa', 'bluegreen/all', 45, 75],
  // Of the new hash, while the active Service still selects the old one.
  ['pear-bbbb', 'bluegreen/all', 45, 75],
  ['walnut-aaaa', 'canary/all', 45, 75],
  ['walnut-bbbb', 'canary/all', 45, 75],
  ['rye-plain', 'kyverno/all', 45, 75],
  ['rye-75', 'kyverno/all', 45, 75],
  // Lowered by a policy after us: it stays.
  ['rye-50', 'kyverno/all', 45, 50],
  ['ticket-pod', 'hpa/all', 45, 75],
]
