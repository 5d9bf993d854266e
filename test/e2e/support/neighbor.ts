import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'vitest'
import { ALB, GROUP, ingress, service } from '../../hostile/objects.ts'
import { beginStream, type StreamResult } from './admission-stream.ts'
import { install, makeRoom, NAMESPACE, replicas, restarts, rolledOut, uninstall } from './installation.ts'
import { createNamespaces, kubectl, kubectlOk } from './kubectl.ts'
import { lookAt, share } from './looks.ts'
import { waitFor } from './slackwater.ts'
import { type Delay, Idle, processOfReplica, type Strain, watchStrain } from './strain.ts'

/**
 * A tenant who does nothing but apply, beside whatever else happens. One replica, with the chart's memory limit and
 * failurePolicy Fail: what it does not answer, and what ends it, is a failure.
 */

/** What such a case needs. */
export const NEEDS = ['pods', 'helm', 'controllers', 'control plane'] as const

const STRICT = ['mode=enforce', 'webhook.failurePolicy=Fail', 'replicaCount=1']

/** So many lanes, with one request in so long. Milliseconds; a choice: the machine shall not be full of it. */
const LANES = 4
const INTERVAL = 150

/** Between the end of a container and its being told. Milliseconds; a choice. */
const SETTLED = 2_000

/** What the event loop may be late. Milliseconds. */
export const BOUND: Delay = { p99: 50, worst: 250 }
/** What makes an idle process late makes one that works so much later. A choice. */
const NOISE = 3

const say = (line: string): void => void process.stderr.write(`${line}\n`)

export interface Outcome {
  readonly stream: StreamResult
  readonly strain: Strain
}

export class Neighbor {
  readonly #idle = new Idle()
  readonly #namespaces = createNamespaces()
  /** The process of the replica, when it was looked at last. */
  #replica: number | undefined
  /** Where the applies are. */
  namespace = ''

  /** Installs Slackwater, beside what else the cases need. */
  async begin(...objects: readonly unknown[]): Promise<void> {
    await makeRoom()
    await kubectlOk(['apply', '-f', '-'], ...objects)
    await install('install', STRICT)
    this.namespace = await this.#namespaces.with()
    const annotations = { [`${ALB}/group.name`]: GROUP }
    const behind = ingress(this.namespace, 'web', [{ service: 'web' }], { annotations })
    await kubectlOk(['apply', '-f', '-'], service(this.namespace, 'web'), behind)
  }

  async end(): Promise<void> {
    this.#idle.stop()
    await uninstall()
    await this.#namespaces.remove()
  }

  /** A replica that nothing has happened to. */
  async fresh(): Promise<void> {
    // What ended a moment ago is not told yet.
    if (this.#replica === undefined || lookAt(this.#replica) === undefined) await pause(SETTLED)
    if ((await restarts()).some((count) => count > 0))
      await kubectl(['delete', 'pods', '--all', '-n', NAMESPACE, '--force', '--grace-period=0'])
    await rolledOut()
    const isProtecting = async () => {
      const stream = beginStream(this.namespace, 1)
      await waitFor(() => stream.count() > 2 || undefined)
      const { injected, requests } = await stream.end()
      return injected === requests || undefined
    }
    await waitFor(isProtecting, 60_000, 'an injection')
    const [pod = ''] = await replicas()
    this.#replica = await processOfReplica(pod)
  }

  /** What the applies and the replica go through while something happens. @throws what that throws, once it is told. */
  async during(what: string, disturb: () => Promise<unknown>): Promise<Outcome> {
    const watch = await watchStrain(this.#idle)
    const stream = beginStream(this.namespace, LANES, INTERVAL)
    const [disturbed] = await Promise.allSettled([disturb()])
    const outcome = { stream: await stream.end(), strain: await watch.end() }
    say(lineOf(what, outcome))
    if (disturbed.status === 'rejected') throw disturbed.reason
    return outcome
  }
}

function lineOf(what: string, { stream, strain }: Outcome): string {
  const { requests, failures, injected, times } = stream
  const { delay, own, idle, resident, cpu, garbage, restarts: count } = strain
  const ms = (value: number) => `${value.toFixed(0)} ms`
  return [
    `${what}: ${requests} applies, ${failures.length} failed, ${requests - failures.length - injected} unprotected`,
    `p50 ${ms(share(times, 0.5))}, p99 ${ms(share(times, 0.99))}`,
    `event loop late by ${ms(delay.p99)} (p99), ${ms(delay.worst)} (worst)`,
    `of that its own work ${ms(own.p99)}, ${ms(own.worst)}`,
    `an idle one by ${ms(idle.p99)}, ${ms(idle.worst)}`,
    `${cpu.toFixed(1)} s CPU, ${garbage.toFixed(1)} s of it collecting garbage, ${resident} MiB at most, ${count} restarts`,
  ].join('; ')
}

/** Nobody else has failed, and nothing has ended. */
export function unnoticed({ stream, strain }: Outcome): void {
  expect(stream.failures).toEqual([])
  expect(stream.injected).toBe(stream.requests)
  expect(strain.restarts).toBe(0)
}

/** Nobody else has noticed. @param bound of the event loop's delays. */
export function harmless(outcome: Outcome, bound: Partial<Delay> = BOUND): void {
  unnoticed(outcome)
  const { strain } = outcome
  for (const which of ['p99', 'worst'] as const) {
    const most = bound[which]
    if (most !== undefined) expect(strain, `${which} below ${most} ms`).toSatisfy(isSwift(which, most))
  }
}

/** Later than the bound. The machine may be busy with something else for once: then what is measured again decides. */
export const isLate = ({ strain }: Outcome): boolean =>
  !isSwift('p99', BOUND.p99)(strain) || !isSwift('worst', BOUND.worst)(strain)

/** A delay beyond the bound counts where an idle process had none like it, and own work fills it up to the bound. */
const isSwift =
  (which: keyof Delay, most: number) =>
  ({ delay, own, idle }: Strain): boolean =>
    delay[which] < Math.max(most, NOISE * idle[which]) || (Number.isFinite(delay[which]) && own[which] < most)
