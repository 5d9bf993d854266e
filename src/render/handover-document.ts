import type { HandoverOutcome, WorkloadOutcome } from '../handover/outcome.ts'
import { HANDOVER_FORMAT, type HandoverDocument } from '../handover/schema.ts'
import { given } from '../kubernetes/json.ts'

/** A handover as data. */
export const handoverDocument = ({ namespace, dryRun, workloads }: HandoverOutcome): HandoverDocument => ({
  formatVersion: HANDOVER_FORMAT,
  namespace,
  dryRun,
  workloads: workloads.map(workloadIn),
})

const workloadIn = ({ workload, state, text, refusal, plan, pods }: WorkloadOutcome) => ({
  ...workload,
  state,
  text,
  ...given('refusal', refusal),
  ...given('plan', plan && planIn(plan)),
  pods: pods.map(({ pod, ...rest }) => ({ name: pod, ...rest })),
})

const planIn = (plan: NonNullable<WorkloadOutcome['plan']>) => ({
  replicaSet: plan.replicaSet.name,
  releaseLabel: plan.releaseLabel,
  leaveLabels: [...plan.leaveLabels],
  services: [...plan.services],
  disruptionBudgets: [...plan.disruptionBudgets],
  sleepSeconds: plan.sleep,
  healthySeconds: plan.healthy,
  gated: plan.gated,
  pods: plan.pods.map(({ name, lacks }) => ({ name, lacks: [...lacks] })),
  cautions: [...plan.cautions],
})
