import type { Rule } from './rule.ts'
import { attributeDiffers } from './rules/attribute-differs.ts'
import { blueGreenSibling } from './rules/blue-green-sibling.ts'
import { cappedByPolicy } from './rules/capped-by-policy.ts'
import { lbcNotReady } from './rules/controller-not-ready.ts'
import { deregistrationDelayAssumed } from './rules/deregistration-delay-assumed.ts'
import { deregistrationDelayCutsRequests } from './rules/deregistration-delay-cuts-requests.ts'
import { drainBlocked } from './rules/drain-blocked.ts'
import { drainTime } from './rules/drain-time.ts'
import { exposedByOneVariant } from './rules/exposed-by-one-variant.ts'
import { exposedNotCovered } from './rules/exposed-not-covered.ts'
import { gateNotCovering } from './rules/gate-not-covering.ts'
import { gateStuck } from './rules/gate-stuck.ts'
import { graceAboveLimit } from './rules/grace-above-limit.ts'
import { graceTooShort } from './rules/grace-too-short.ts'
import { healthCheckDiffers } from './rules/health-check-differs.ts'
import { instanceTargets } from './rules/instance-targets.ts'
import { keepAliveBelowIdleTimeout } from './rules/keep-alive-below-idle-timeout.ts'
import { legacyReadinessGate } from './rules/legacy-readiness-gate.ts'
import { livenessGrace } from './rules/liveness-grace.ts'
import { localPolicyLoses } from './rules/local-policy-loses.ts'
import { nlbFlowsStay } from './rules/nlb-flows-stay.ts'
import { outageOnReplacement } from './rules/outage-on-replacement.ts'
import { prestopEndsServer } from './rules/prestop-ends-server.ts'
import { prestopMissing } from './rules/prestop-missing.ts'
import { prestopTooShort } from './rules/prestop-too-short.ts'
import { prestopUnknownLength } from './rules/prestop-unknown-length.ts'
import { progressDeadlineTooShort } from './rules/progress-deadline-too-short.ts'
import { publishNotReadyAddresses } from './rules/publish-not-ready-addresses.ts'
import { readinessGateMissing } from './rules/readiness-gate-missing.ts'
import { readinessProbeMissing } from './rules/readiness-probe-missing.ts'
import { requestDeclared } from './rules/request-declared.ts'
import { rolloutLosesCapacity } from './rules/rollout-loses-capacity.ts'
import { rolloutPeakPods } from './rules/rollout-peak-pods.ts'
import { shutdownDeclared } from './rules/shutdown-declared.ts'
import { sidecarDiesFirst } from './rules/sidecar-dies-first.ts'
import { singleReplica } from './rules/single-replica.ts'
import { sleepCapped } from './rules/sleep-capped.ts'
import { sleepLongerThanNeeded } from './rules/sleep-longer-than-needed.ts'
import { staleGate } from './rules/stale-gate.ts'
import { zoneWithoutTarget } from './rules/zone-without-target.ts'

/** Every rule, in the order in which findings are reported. */
export const RULES: readonly Rule[] = [
  attributeDiffers,
  blueGreenSibling,
  cappedByPolicy,
  lbcNotReady,
  deregistrationDelayAssumed,
  deregistrationDelayCutsRequests,
  drainBlocked,
  drainTime,
  exposedByOneVariant,
  exposedNotCovered,
  gateNotCovering,
  gateStuck,
  graceAboveLimit,
  graceTooShort,
  healthCheckDiffers,
  instanceTargets,
  keepAliveBelowIdleTimeout,
  legacyReadinessGate,
  livenessGrace,
  localPolicyLoses,
  nlbFlowsStay,
  outageOnReplacement,
  prestopEndsServer,
  prestopMissing,
  prestopTooShort,
  prestopUnknownLength,
  progressDeadlineTooShort,
  publishNotReadyAddresses,
  readinessGateMissing,
  readinessProbeMissing,
  requestDeclared,
  rolloutLosesCapacity,
  rolloutPeakPods,
  shutdownDeclared,
  sidecarDiesFirst,
  singleReplica,
  sleepCapped,
  sleepLongerThanNeeded,
  staleGate,
  zoneWithoutTarget,
]
