/** How much a finding weighs: `information` never changes an exit code. */
export type Severity = 'information' | 'warning' | 'error'

interface FindingFacts {
  readonly severity: Severity
  readonly title: string
  /** What to do, an imperative clause; a rule may give a better one for its case. */
  readonly action: string
}

/** Every finding. Each has a page of its own, `docs/findings/<id>.md`. */
export const FINDINGS = {
  'backend-switch': {
    severity: 'warning',
    title: 'Traffic moves to targets that are not healthy yet',
    action: 'send to both first, with weights, then move',
  },
  'blue-green-sibling': {
    severity: 'information',
    title: 'The load balancer sends to the other half of a blue-green pair',
    action: 'give the other half the same hook before the switch',
  },
  'capped-by-policy': {
    severity: 'warning',
    title: 'The grace period was lowered after Slackwater raised it',
    action: 'exempt the workload from the policy, or set maxGraceSeconds',
  },
  'controller-not-ready': {
    severity: 'warning',
    title: 'The load balancer controller is down',
    action: 'restore it before you roll out or drain anything',
  },
  'deregistration-delay-assumed': {
    severity: 'information',
    title: 'The deregistration delay is assumed',
    action: 'declare it where the target group is configured',
  },
  'deregistration-delay-cuts-requests': {
    severity: 'warning',
    title: 'The load balancer itself cuts requests short',
    action: 'raise deregistration_delay.timeout_seconds',
  },
  'drain-blocked': {
    severity: 'warning',
    title: 'A PodDisruptionBudget allows no eviction',
    action: 'set maxUnavailable: 1',
  },
  'drain-time': {
    severity: 'information',
    title: 'A drain may take longer than a node group waits',
    action: 'allow more evictions, or raise the node group’s limit',
  },
  'exposed-by-one-variant': {
    severity: 'warning',
    title: 'Only one of several variants of an object exposes it',
    action: 'expose it in every variant, or in none',
  },
  'exposed-not-covered': {
    severity: 'warning',
    title: 'A load balancer sends to a kind of workload that Slackwater leaves alone',
    action: 'set its hook and grace period by hand',
  },
  'gate-not-covering': {
    severity: 'information',
    title: 'No readiness gate covers the switch of a Rollout',
    action: 'keep the old Pods until the new targets are healthy',
  },
  'gate-stuck': {
    severity: 'warning',
    title: 'A new pod does not pass its readiness gate',
    action: 'make the load balancer’s health check pass',
  },
  'grace-above-limit': {
    severity: 'warning',
    title: 'The grace period exceeds what a node allows',
    action: 'shorten the hook, or raise the node’s limit',
  },
  'grace-too-short': {
    severity: 'warning',
    title: 'The kubelet kills the pod before its hook or shutdown has finished',
    action: 'raise terminationGracePeriodSeconds',
  },
  'health-check-differs': {
    severity: 'warning',
    title: 'The load balancer and the readiness probe check different things',
    action: 'let both check the same path and port',
  },
  'instance-targets': {
    severity: 'information',
    title: 'Instance targets: no sleep can guarantee zero lost requests',
    action: 'use ip targets, or set minReadySeconds',
  },
  'keep-alive-below-idle-timeout': {
    severity: 'information',
    title: 'The server closes idle connections before the ALB does',
    action: 'raise the server’s keep-alive above the idle timeout',
  },
  'legacy-readiness-gate': {
    severity: 'warning',
    title: 'A readiness gate of the controller’s first version',
    action: 'delete the gate from the template',
  },
  'liveness-grace': {
    severity: 'information',
    title: 'A failing probe runs the preStop hook too',
    action: 'set terminationGracePeriodSeconds at the probe',
  },
  'local-policy-loses': {
    severity: 'warning',
    title: 'Nodes without a pod still count as healthy: no sleep prevents lost requests',
    action: 'use ip targets or externalTrafficPolicy: Cluster',
  },
  'nlb-flows-stay': {
    severity: 'information',
    title: 'Open connections over an NLB stay on the pod until SIGTERM',
    action: 'let the application end open connections at SIGTERM',
  },
  'outage-on-replacement': {
    severity: 'warning',
    title: 'No pod serves while a pod is replaced',
    action: 'run two replicas, or allow maxSurge: 1',
  },
  'prestop-ends-server': {
    severity: 'warning',
    title: 'A preStop hook stops the server at once',
    action: 'sleep before the command that ends the server',
  },
  'prestop-missing': {
    severity: 'warning',
    title: 'A container stops while requests still arrive',
    action: 'add a preStop sleep',
  },
  'prestop-too-short': {
    severity: 'warning',
    title: 'A preStop hook ends too early',
    action: 'raise the sleep, or delete the hook',
  },
  'prestop-unknown-length': {
    severity: 'information',
    title: 'A preStop hook of unknown length',
    action: 'use a sleep of known length, or measure the hook',
  },
  'progress-deadline-too-short': {
    severity: 'warning',
    title: 'The rollout gives up before a pod can be ready',
    action: 'raise progressDeadlineSeconds',
  },
  'publish-not-ready-addresses': {
    severity: 'warning',
    title: 'A terminating pod is never deregistered in time',
    action: 'set publishNotReadyAddresses: false',
  },
  'readiness-gate-missing': {
    severity: 'warning',
    title: 'New pods are ready before their targets are healthy',
    action: 'label the namespace for readiness gates',
  },
  'readiness-probe-missing': {
    severity: 'warning',
    title: 'No container has a readiness probe',
    action: 'add a readinessProbe',
  },
  'request-declared': {
    severity: 'information',
    title: 'Requests may take longer than Slackwater waits for',
    action: 'state the longest request in an annotation',
  },
  'rollout-loses-capacity': {
    severity: 'warning',
    title: 'A rollout may remove the last ready pod',
    action: 'set maxUnavailable: 0',
  },
  'rollout-peak-pods': {
    severity: 'information',
    title: 'A rollout may reach a ResourceQuota',
    action: 'raise the quota, or lower maxSurge',
  },
  'shutdown-declared': {
    severity: 'information',
    title: 'The application may need longer after SIGTERM than it gets',
    action: 'state the shutdown time in an annotation',
  },
  'sidecar-dies-first': {
    severity: 'warning',
    title: 'A proxy stops before the application that it serves',
    action: 'give the proxy the same preStop sleep',
  },
  'single-replica': {
    severity: 'information',
    title: 'One replica',
    action: 'run two replicas',
  },
  'sleep-capped': {
    severity: 'warning',
    title: 'A limit makes the sleep too short',
    action: 'raise the limit',
  },
  'sleep-longer-than-needed': {
    severity: 'information',
    title: 'A sleep is longer than needed',
    action: 'shorten it to what is needed',
  },
  'stale-gate': {
    severity: 'warning',
    title: 'A readiness gate that no controller sets',
    action: 'delete the gate from the template',
  },
  'zone-without-target': {
    severity: 'information',
    title: 'A zone of the NLB may be left without a target',
    action: 'spread the Pods over zones, or enable cross-zone',
  },
} as const satisfies Record<string, FindingFacts>

export type FindingId = keyof typeof FINDINGS
