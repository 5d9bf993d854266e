import { counts } from '../judgement/severity.ts'
import { isOutdated, isUngated, lackingPods, type PodShortfall } from '../judgement/workloads.ts'
import { given } from '../kubernetes/json.ts'
import type { Tried } from '../report/audit-schema.ts'
import type { OtherPods, Report, WorkloadEntry } from '../report/schema.ts'
import type { ResultRemark } from './result.ts'

/** What changes the exit code of a report or an audit, and is neither a finding nor a concern. */
export const outcomeRemarks = ({ workloads, otherPods }: Report): readonly ResultRemark[] => [
  ...workloads.flatMap(triedRemark),
  ...[...workloads.filter(isUntold), ...otherPods].flatMap(podsRemark),
]

const TRIED: Readonly<Record<Exclude<Tried['result'], 'accepted'>, Omit<ResultRemark, 'what' | 'object'>>> = {
  refused: {
    id: 'change-refused',
    severity: 'warning',
    message: 'a dry run of its change was refused',
    action: 'change what refuses it before you set mode enforce',
  },
  'changed-back': {
    id: 'change-overwritten',
    severity: 'warning',
    message: 'a dry run of its change was accepted, but a policy overwrites it',
    action: 'change that policy before you set mode enforce',
  },
  'not-tried': {
    id: 'change-not-tried',
    severity: 'information',
    message: 'a dry run of its change was not possible',
  },
}

function triedRemark({ kind, namespace, name, tried }: WorkloadEntry): readonly ResultRemark[] {
  if (tried === undefined || tried.result === 'accepted') return []
  const { result, message = '', lost = [] } = tried
  const remark = TRIED[result]
  const said = [remark.message, message, lost.join(', ')].filter((text) => text !== '').join(': ')
  return [{ what: 'concern', object: { kind, namespace, name }, ...remark, message: said }]
}

/** Its Pods count, and nothing else says so. */
const isUntold = (workload: WorkloadEntry): boolean =>
  !(workload.findings.some(counts) || isOutdated(workload) || isUngated(workload))

const LACKING: readonly (readonly [keyof PodShortfall, string])[] = [
  ['withoutHook', 'a preStop hook'],
  ['shortHook', 'a hook that is long enough'],
  ['shortGrace', 'a grace period that is long enough'],
  ['withoutGate', 'a readiness gate'],
]

function podsRemark({
  kind,
  namespace,
  name,
  pods,
}: Omit<OtherPods, 'pods'> & Pick<WorkloadEntry, 'pods'>): readonly ResultRemark[] {
  if (pods === undefined || lackingPods(pods) === 0) return []
  const lacking = LACKING.filter(([key]) => pods[key]).map(([, words]) => words)
  return [
    {
      what: 'concern',
      id: 'pods-lack',
      severity: 'warning',
      object: { kind, namespace, name },
      message: `${lackingPods(pods)} of ${pods.running} running Pods behind a load balancer lack ${lacking.join(', ')}`,
      ...given('action', pods.cure),
    },
  ]
}
