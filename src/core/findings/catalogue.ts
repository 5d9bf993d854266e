/** How much a finding weighs: `information` never changes an exit code. */
export type Severity = 'information' | 'warning' | 'error'

/** Every finding: its severity and its title. Each has a page of its own, `docs/findings/<id>.md`. */
export const FINDINGS = {
  'blue-green-sibling': {
    severity: 'information',
    title: 'The load balancer sends to the other half of a blue-green pair',
  },
  'capped-by-policy': {
    severity: 'warning',
    title: 'The grace period was lowered after Slackwater raised it',
  },
  'controller-not-ready': { severity: 'warning', title: 'The load balancer controller is down' },
  'deregistration-delay-assumed': { severity: 'information', title: 'The deregistration delay is assumed' },
  'deregistration-delay-cuts-requests': {
    severity: 'warning',
    title: 'The load balancer itself cuts requests short',
  },
  'drain-blocked': { severity: 'warning', title: 'A PodDisruptionBudget allows no eviction' },
  'drain-time': {
    severity: 'information',
    title: 'A drain may take longer than a node group waits',
  },
  'exposed-by-one-variant': {
    severity: 'warning',
    title: 'Only one of several variants of an object exposes it',
  },
  'exposed-not-covered': {
    severity: 'warning',
    title: 'A load balancer sends to a kind of workload that Slackwater leaves alone',
  },
  'gate-not-covering': {
    severity: 'information',
    title: 'No readiness gate covers the switch of a Rollout',
  },
  'gate-stuck': {
    severity: 'warning',
    title: 'A new pod does not pass its readiness gate',
  },
  'grace-above-limit': {
    severity: 'warning',
    title: 'The grace period exceeds what a node allows',
  },
  'grace-too-short': {
    severity: 'warning',
    title: 'The kubelet kills the pod before its hook or shutdown has finished',
  },
  'health-check-differs': {
    severity: 'warning',
    title: 'The load balancer and the readiness probe check different things',
  },
  'instance-targets': {
    severity: 'information',
    title: 'Instance targets: no sleep can guarantee zero lost requests',
  },
  'keep-alive-below-idle-timeout': {
    severity: 'information',
    title: 'The server closes idle connections before the ALB does',
  },
  'legacy-readiness-gate': {
    severity: 'warning',
    title: 'A readiness gate of the controller’s first version',
  },
  'liveness-grace': { severity: 'information', title: 'A failing probe runs the preStop hook too' },
  'local-policy-loses': {
    severity: 'warning',
    title: 'Nodes without a pod still count as healthy: no sleep prevents lost requests',
  },
  'nlb-flows-stay': {
    severity: 'information',
    title: 'Open connections over an NLB stay on the pod until SIGTERM',
  },
  'outage-on-replacement': { severity: 'warning', title: 'No pod serves while a pod is replaced' },
  'prestop-ends-server': { severity: 'warning', title: 'A preStop hook stops the server at once' },
  'prestop-missing': { severity: 'warning', title: 'A container stops while requests still arrive' },
  'prestop-too-short': { severity: 'warning', title: 'A preStop hook ends too early' },
  'prestop-unknown-length': { severity: 'information', title: 'A preStop hook of unknown length' },
  'progress-deadline-too-short': {
    severity: 'warning',
    title: 'The rollout gives up before a pod can be ready',
  },
  'publish-not-ready-addresses': {
    severity: 'warning',
    title: 'A terminating pod is never deregistered in time',
  },
  'readiness-gate-missing': {
    severity: 'warning',
    title: 'New pods are ready before their targets are healthy',
  },
  'readiness-probe-missing': { severity: 'warning', title: 'No container has a readiness probe' },
  'request-declared': {
    severity: 'information',
    title: 'Requests may take longer than Slackwater waits for',
  },
  'rollout-loses-capacity': { severity: 'warning', title: 'A rollout may remove the last ready pod' },
  'rollout-peak-pods': { severity: 'information', title: 'A rollout may reach a ResourceQuota' },
  'shutdown-declared': {
    severity: 'information',
    title: 'The application may need longer after SIGTERM than it gets',
  },
  'sidecar-dies-first': {
    severity: 'warning',
    title: 'A proxy stops before the application that it serves',
  },
  'single-replica': { severity: 'information', title: 'One replica' },
  'sleep-capped': { severity: 'warning', title: 'A limit makes the sleep too short' },
  'sleep-longer-than-needed': { severity: 'information', title: 'A sleep is longer than needed' },
  'stale-gate': { severity: 'warning', title: 'A readiness gate that no controller sets' },
  'zone-without-target': {
    severity: 'information',
    title: 'A zone of the NLB may be left without a target',
  },
} as const satisfies Record<string, { readonly severity: Severity; readonly title: string }>

export type FindingId = keyof typeof FINDINGS
