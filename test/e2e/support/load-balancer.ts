import { statusOf } from './api.ts'

/**
 * A load balancer that behaves like an ALB with ip targets: several nodes, each of which goes on sending for a while
 * after a target was deregistered. The last one stops after `propagation`: P of the budget.
 */
export interface LoadBalancer {
  /** Registered once it returns, or once its promise is fulfilled. */
  register(pod: string): void | Promise<void>
  /** A target that was never registered, or is gone already, is no matter. */
  deregister(pod: string): void
  /** Begins to send; what was counted before is forgotten. */
  begin(): void
  /** Waits for what is still open. */
  end(): Promise<Traffic>
}

export interface Traffic {
  readonly requests: number
  /** Without an answer of 200. */
  readonly lost: number
  readonly losses: readonly Loss[]
}

interface Loss {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Absent: no node knew a target. */
  readonly pod?: string
  /** Absent: no answer in time. */
  readonly status?: number
}

export interface LoadBalancerOptions {
  readonly namespace: string
  readonly port: number
  readonly requestsPerSecond: number
  /** Milliseconds. */
  readonly propagation: number
}

/** AWS keeps at least one in each zone; more under load. A choice. */
const NODES = 4
/**
 * An ALB waits so long for an answer: 504 (its idle timeout, by default). Of a target that is gone the API server tells sooner.
 * Milliseconds.
 */
const ANSWER_TIMEOUT = 60_000

/** When each target is forgotten, by Pod; never as long as it is registered. By `performance.now`. */
type Targets = Map<string, number>

export function createLoadBalancer(options: LoadBalancerOptions): LoadBalancer {
  const { namespace, port, propagation, requestsPerSecond } = options
  const nodes: readonly Targets[] = Array.from({ length: NODES }, () => new Map())
  let count = 0
  let open: Promise<Loss | undefined>[] = []
  let timer: NodeJS.Timeout | undefined
  /** @returns the loss, where it is one. */
  const sendOne = async (): Promise<Loss | undefined> => {
    const turn = count++
    const at = Date.now()
    const known = knownTo(nodes[turn % NODES])
    const pod = known[Math.floor(turn / NODES) % known.length]
    if (pod === undefined) return { at, status: 503 }
    const status = await statusOf({ namespace, pod, port }, ANSWER_TIMEOUT)
    if (status === 200) return undefined
    return { at, pod, ...(status === undefined ? {} : { status }) }
  }
  return {
    register: (pod) => {
      for (const targets of nodes) targets.set(pod, Number.POSITIVE_INFINITY)
    },
    deregister: (pod) => {
      const now = performance.now()
      for (const [index, targets] of nodes.entries())
        if (targets.get(pod) === Number.POSITIVE_INFINITY)
          targets.set(pod, now + (propagation * (index + 1)) / NODES)
    },
    begin: () => {
      open = []
      timer = setInterval(() => open.push(sendOne()), 1000 / requestsPerSecond)
    },
    end: async () => {
      clearInterval(timer)
      const answers = await Promise.all(open)
      const losses = answers.filter((answer) => answer !== undefined)
      return { requests: answers.length, lost: losses.length, losses }
    },
  }
}

const knownTo = (targets: Targets = new Map()): readonly string[] =>
  [...targets].filter(([, forgotten]) => performance.now() < forgotten).map(([pod]) => pod)
