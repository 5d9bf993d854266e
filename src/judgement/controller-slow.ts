/** Target groups that may lose a Pod at once, against what the budget waits for. */
export interface JudgedDeregistrations {
  readonly targetGroups: number
  /** The C that all of them would need at once. */
  readonly controllerSeconds: number
  /** The node whose Pods stand behind the most of them; absent: no Pods were read. */
  readonly node?: {
    readonly name: string
    readonly targetGroups: number
    readonly namespace: string
    readonly ofNamespace: number
    readonly controllerSeconds: number
  }
  /** The C of the budget. */
  readonly budgeted: number
  readonly limits: readonly { readonly perSecond: number; readonly burst: number }[]
  /** The reason why the finding is accepted; absent: it is not. */
  readonly accepted?: string
}

/** What the controller's metrics say, against what the budget waits for. */
export interface JudgedMeasured {
  readonly reconciles: number
  readonly controllerSeconds: number
  readonly slowest?: {
    readonly at: string
    readonly reconciles: number
    readonly waitedSeconds: number
    readonly workedSeconds: number
  }
  readonly throttled: number
  readonly failed: number
  readonly budgeted: number
  readonly accepted?: string
}

interface Slowness {
  readonly text: string
  readonly cure: string
}

/** A drain of one node is an everyday event: if its deregistrations take longer than the budget waits, requests are lost. */
export function slowDrain({ node, budgeted, limits, accepted }: JudgedDeregistrations): Slowness | undefined {
  if (node === undefined || node.controllerSeconds <= budgeted || accepted !== undefined) return undefined
  const { name, targetGroups, namespace, ofNamespace, controllerSeconds } = node
  const whose =
    ofNamespace === targetGroups
      ? `all of namespace ${namespace}`
      : `${ofNamespace} of namespace ${namespace}`
  return {
    text: `a drain of node ${name} takes Pods out of ${targetGroups} target groups at once (${whose}): the load balancer controller deregisters ${paceText(limits)}, the last one after about ${controllerSeconds} s, and the budget waits ${budgeted} s`,
    cure: `set terms.controllerSeconds: ${controllerSeconds}, or raise --aws-api-throttle of the load balancer controller as far as your account’s API limits allow (slackwater explain controller-slow)`,
  }
}

/** Measured: requests were lost, if Pods left meanwhile. Deregistrations that failed come later still. */
export function slowMeasured(measured: JudgedMeasured): Slowness | undefined {
  const { controllerSeconds, budgeted, slowest, throttled, failed, accepted } = measured
  const isLate = controllerSeconds > budgeted
  if (accepted !== undefined || (!isLate && failed === 0)) return undefined
  const late = `the load balancer controller needed at least ${controllerSeconds} s for a deregistration, and the budget waits ${budgeted} s${slowestText(slowest)}`
  const refused = throttled === 0 ? [] : [`AWS refused ${throttled} of its calls as too many`]
  const again = failed === 0 ? [] : [`${times(failed)} a deregistration failed and was tried again`]
  return {
    text: `in the last hour ${[...(isLate ? [late] : []), ...again, ...refused].join('; ')}`,
    cure: isLate
      ? `set terms.controllerSeconds: ${controllerSeconds} or more (slackwater explain controller-slow)`
      : 'see the log of the load balancer controller (slackwater explain controller-slow)',
  }
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`)

const slowestText = (slowest: JudgedMeasured['slowest']): string =>
  slowest === undefined
    ? ''
    : ` (until ${slowest.at} each of ${slowest.reconciles} TargetGroupBindings waited ${slowest.waitedSeconds} s and took ${slowest.workedSeconds} s, on average)`

/** What all of them at once would need, where a drain of one node does not; undefined: the budget covers it. */
export const slowAtOnce = ({
  targetGroups,
  controllerSeconds,
  budgeted,
}: JudgedDeregistrations): string | undefined =>
  controllerSeconds <= budgeted
    ? undefined
    : `${targetGroups} target groups with ip targets: if each lost a Pod at the same moment, the last one would be deregistered after about ${controllerSeconds} s (the budget has ${budgeted} s)`

const paceText = (limits: JudgedDeregistrations['limits']): string =>
  limits.map(({ perSecond, burst }) => `${perSecond} a second after a burst of ${burst}`).join(' and ')
