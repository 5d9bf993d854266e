/** How much a finding weighs: `information` never changes an exit code. */
export type Severity = 'information' | 'warning' | 'error'

/** Every finding: its severity and its title. Each has a page of its own, `docs/findings/<id>.md`. */
export const FINDINGS = {
  'capped-by-policy': { severity: 'warning', title: 'Somebody lowered the grace period after us' },
  'controller-not-ready': { severity: 'warning', title: 'Nobody deregisters targets' },
  'deregistration-delay-assumed': { severity: 'information', title: 'The deregistration delay is assumed' },
  'deregistration-delay-cuts-requests': { severity: 'warning', title: 'The ALB itself cuts requests short' },
  'grace-above-limit': {
    severity: 'information',
    title: 'The grace period exceeds what a node may be given',
  },
  'grace-too-short': {
    severity: 'warning',
    title: 'The kubelet kills before the hook or the shutdown is over',
  },
  'instance-targets': { severity: 'information', title: 'Instance targets: no sleep promises zero' },
  'legacy-readiness-gate': {
    severity: 'warning',
    title: 'A readiness gate of the controller’s first version',
  },
  'liveness-grace': { severity: 'information', title: 'A failing probe runs the preStop hook too' },
  'outage-on-replacement': { severity: 'warning', title: 'Nobody serves while a pod is replaced' },
  'prestop-missing': { severity: 'warning', title: 'A container dies while requests still arrive' },
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
    title: 'New pods are ready before the load balancer knows them',
  },
  'readiness-probe-missing': { severity: 'warning', title: 'Nothing tells when a pod can serve' },
  'rollout-loses-capacity': { severity: 'warning', title: 'A rollout may take the last pod' },
  'rollout-peak-pods': { severity: 'information', title: 'How many pods live at once during a rollout' },
  'single-replica': { severity: 'information', title: 'One replica' },
  'sleep-capped': { severity: 'warning', title: 'A limit makes the sleep too short' },
  'sleep-longer-than-needed': { severity: 'information', title: 'A sleep is longer than needed' },
} as const satisfies Record<string, { readonly severity: Severity; readonly title: string }>

export type FindingId = keyof typeof FINDINGS
