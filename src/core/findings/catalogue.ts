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
  'attribute-differs': {
    severity: 'warning',
    title: 'AWS has another value than the one that is written',
    action: 'let both say the same',
  },
  'backend-switch': {
    severity: 'warning',
    title: 'Traffic moves to targets that are not healthy yet',
    action: 'send to both first, with weights, then move',
  },
  'blue-green-sibling': {
    severity: 'information',
    title: 'The load balancer sends to the other half of a blue-green pair',
    action: 'state what it will stand behind',
  },
  'capped-by-policy': {
    severity: 'warning',
    title: 'The grace period was lowered after Slackwater raised it',
    action: 'raise the policy’s limit',
  },
  'controller-not-ready': {
    severity: 'warning',
    title: 'The load balancer controller is down',
    action: 'restore it before a rollout',
  },
  'controller-slow': {
    severity: 'warning',
    title: 'The load balancer controller deregisters later than the budget waits',
    action: 'raise terms.controllerSeconds',
  },
  'deregistration-delay-assumed': {
    severity: 'information',
    title: 'The deregistration delay is assumed',
    action: 'declare its value',
  },
  'deregistration-delay-cuts-requests': {
    severity: 'warning',
    title: 'The load balancer itself cuts requests short',
    action: 'raise the delay',
  },
  'drain-blocked': {
    severity: 'warning',
    title: 'A PodDisruptionBudget allows no eviction',
    action: 'set maxUnavailable: 1',
  },
  'drain-time': {
    severity: 'information',
    title: 'A drain may take longer than a node group waits',
    action: 'let more pods go at a time',
  },
  'exposed-by-one-variant': {
    severity: 'warning',
    title: 'Only one of several variants of an object exposes it',
    action: 'plan what is applied together',
  },
  'exposed-not-covered': {
    severity: 'warning',
    title: 'A load balancer sends to a kind of workload that Slackwater leaves alone',
    action: 'give it a hook of its own',
  },
  'gate-not-covering': {
    severity: 'information',
    title: 'No readiness gate covers the switch of a Rollout',
    action: 'use a canary with pingPong',
  },
  'gate-stuck': {
    severity: 'warning',
    title: 'A new pod does not pass its readiness gate',
    action: 'look up the reason',
  },
  'grace-above-limit': {
    severity: 'warning',
    title: 'The grace period exceeds what a node allows',
    action: 'lower the grace period, or raise the limit',
  },
  'grace-too-short': {
    severity: 'warning',
    title: 'The kubelet kills the pod before its hook or shutdown has finished',
    action: 'raise terminationGracePeriodSeconds',
  },
  'health-check-differs': {
    severity: 'warning',
    title: 'The load balancer and the readiness probe check different things',
    action: 'let both check the same',
  },
  'instance-targets': {
    severity: 'information',
    title: 'Instance targets: no sleep can guarantee zero lost requests',
    action: 'use ip targets',
  },
  'keep-alive-below-idle-timeout': {
    severity: 'information',
    title: 'The server closes idle connections before the ALB does',
    action: 'raise the server’s keep-alive timeout',
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
    action: 'use ip targets or Cluster',
  },
  'nlb-flows-stay': {
    severity: 'information',
    title: 'Open connections over an NLB stay on the pod until SIGTERM',
    action: 'end them on SIGTERM',
  },
  'outage-on-replacement': {
    severity: 'warning',
    title: 'No pod serves while a pod is replaced',
    action: 'run two replicas, or allow maxSurge: 1',
  },
  'prestop-ends-server': {
    severity: 'warning',
    title: 'A preStop hook stops the server at once',
    action: 'sleep first',
  },
  'prestop-missing': {
    severity: 'warning',
    title: 'A container stops while requests still arrive',
    action: 'add a preStop sleep',
  },
  'prestop-too-short': {
    severity: 'warning',
    title: 'A preStop hook ends too early',
    action: 'raise it, or delete the hook',
  },
  'prestop-unknown-length': {
    severity: 'information',
    title: 'A preStop hook of unknown length',
    action: 'begin it with a sleep',
  },
  'progress-deadline-too-short': {
    severity: 'warning',
    title: 'The rollout gives up before a pod can be ready',
    action: 'raise progressDeadlineSeconds',
  },
  'publish-not-ready-addresses': {
    severity: 'warning',
    title: 'A terminating pod is never deregistered in time',
    action: 'use a second Service',
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
    action: 'state how long they take',
  },
  'rollout-loses-capacity': {
    severity: 'warning',
    title: 'A rollout may remove the last ready pod',
    action: 'set maxUnavailable: 0 and maxSurge: 1',
  },
  'rollout-peak-pods': {
    severity: 'information',
    title: 'A rollout may reach a ResourceQuota',
    action: 'raise the quota',
  },
  'shutdown-declared': {
    severity: 'information',
    title: 'The application may need longer after SIGTERM than it gets',
    action: 'state what it needs',
  },
  'sidecar-dies-first': {
    severity: 'warning',
    title: 'A proxy stops before the application that it serves',
    action: 'let the proxy sleep longer',
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
    action: 'shorten it',
  },
  'stale-gate': {
    severity: 'warning',
    title: 'A readiness gate that no controller sets',
    action: 'delete the gate from the template',
  },
  'zone-without-target': {
    severity: 'information',
    title: 'A zone of the NLB may be left without a target',
    action: 'turn cross-zone on',
  },
} as const satisfies Record<string, FindingFacts>

export type FindingId = keyof typeof FINDINGS
