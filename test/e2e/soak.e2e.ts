import { readdirSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect } from 'vitest'
import { beginStream } from './support/admission-stream.ts'
import { beginChurn } from './support/churn.ts'
import { caseOf, has } from './support/cluster.ts'
import { heldBy, inspect } from './support/held.ts'
import {
  addressesOfReplicas,
  install,
  makeRoom,
  replicas,
  restarts,
  uninstall,
} from './support/installation.ts'
import { createNamespaces, kubectlOk } from './support/kubectl.ts'
import { lookAt } from './support/looks.ts'
import { INGRESS_CLASS, ingress, service } from './support/shop.ts'
import { waitFor } from './support/slackwater.ts'
import { lows, type Sample, slopeOf } from './support/slope.ts'
import { processOfReplica } from './support/strain.ts'

/**
 * As installed, at the chart's memory limit, for seven minutes: clients that apply, objects that come and go, and nothing
 * that grows. `SLACKWATER_SOAK_SECONDS`: another length.
 */

const NEEDS = ['pods', 'helm', 'controllers', 'control plane'] as const

/**
 * A choice, as short as a leak can be told from chance: of the eighteen looks at what is held after the warm-up, six minutes
 * with a standard deviation of 0.2 MiB make a standard error of 0.03 MiB a minute. A leak of 100 bytes for each apply is
 * eight times that.
 */
const SECONDS = Number(process.env['SLACKWATER_SOAK_SECONDS'] ?? 420)
/** Until the first of everything has been there. */
const WARM_UP = Math.min(60, SECONDS / 4)
const CLIENTS = 8
/** Between two applies of a client: 40 a second in all, so that other files can run beside this. Milliseconds; a choice. */
const INTERVAL = 200
/** Objects that are created, changed or deleted in a second. */
const CHURN = 5
/** Between two looks. Milliseconds. */
const LOOK = 5_000
/** All garbage is collected at each of so many looks: it makes others wait. */
const COLLECTED = 4

const MIB = 2 ** 20

/**
 * MiB a minute that count as none. Objects that are held: the churn makes 33 Deployments a minute, and of each an Event is
 * remembered (4,096 at most), half a kilobyte; and V8 keeps its feedback on code among the objects. The resident size, in
 * the second half: V8 goes on compiling for minutes, and the system's allocator keeps what it has had from the kernel, in
 * steps: one of 5 MiB in the middle of so many minutes is a slope of 1.5 times 5 over these minutes, and a third more counts
 * as none. A leak of 100 bytes for each apply would be 0.23 of objects.
 */
const NONE = { held: 0.2, resident: 10 / (SECONDS / 120) } as const
/** Standard errors that chance alone makes once in 700 times (normal distribution, one side). */
const ERRORS = 3

const say = (line: string): void => void process.stderr.write(`${line}\n`)

const namespaces = createNamespaces()
beforeAll(async () => {
  if (!has(...NEEDS)) return
  await makeRoom()
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
  await install('install', ['mode=enforce'])
})
afterAll(async () => {
  if (!has(...NEEDS)) return
  await uninstall()
  await namespaces.remove()
})

/** How often the API server let a request pass without our answer. */
async function failedOpen(): Promise<number> {
  const { out } = await kubectlOk(['get', '--raw', '/metrics'])
  return out
    .split('\n')
    .filter((line) => line.startsWith('apiserver_admission_webhook_fail_open_count{'))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
}

/** Of one replica, with the minutes since it began. */
interface Course {
  readonly pod: string
  readonly resident: readonly Sample[]
  /** Objects that are in use. */
  readonly held: readonly Sample[]
  readonly descriptors: readonly Sample[]
}

async function follow(pod: string, address: string, isOver: () => boolean): Promise<Course> {
  const pid = await processOfReplica(pod)
  const began = performance.now()
  const course = { pod, resident: [] as Sample[], held: [] as Sample[], descriptors: [] as Sample[] }
  inspect(pid)
  for (let look = 0; !isOver(); look++) {
    const at = (performance.now() - began) / 60_000
    if (look % COLLECTED === 0) course.held.push({ at, value: (await heldBy(pid, address)) / MIB })
    course.resident.push({ at, value: (lookAt(pid)?.resident ?? Number.NaN) / MIB })
    course.descriptors.push({ at, value: readdirSync(`/proc/${pid}/fd`).length })
    await pause(LOOK)
  }
  return course
}

const warm = (samples: readonly Sample[]): readonly Sample[] => samples.filter(({ at }) => at >= WARM_UP / 60)

const most = (samples: readonly Sample[]): number => Math.max(...samples.map(({ value }) => value))

/** Of the second half against the first. */
const halves = (samples: readonly Sample[]): readonly [number, number] => {
  const middle = samples.length >> 1
  return [most(samples.slice(0, middle)), most(samples.slice(middle))]
}

const minutes = (samples: readonly Sample[]): string =>
  lows(samples, Math.ceil(SECONDS / 60))
    .map(({ value }) => value.toFixed(1))
    .join(' ')

function flat({ pod, resident, held, descriptors }: Course): void {
  const kept = slopeOf(warm(held))
  const size = slopeOf(resident.slice(resident.length >> 1))
  const [early, late] = halves(warm(descriptors))
  say(`${pod}: resident MiB, minute by minute, at least: ${minutes(resident)}; objects: ${minutes(held)}`)
  const rate = ({ perMinute, error }: typeof kept) => `${perMinute.toFixed(3)} ± ${error.toFixed(3)} MiB/min`
  say(
    `${pod}: objects ${rate(kept)}, resident ${rate(size)} in the second half (${most(resident).toFixed(0)} MiB at most), ` +
      `file descriptors ${early} at most in the first half, ${late} in the second`,
  )
  expect(kept.perMinute).toBeLessThan(Math.max(NONE.held, ERRORS * kept.error))
  expect(size.perMinute).toBeLessThan(Math.max(NONE.resident, ERRORS * size.error))
  expect(late).toBeLessThanOrEqual(early + CLIENTS)
}

caseOf(
  'memory and file descriptors stay flat, no request fails open',
  NEEDS,
  async () => {
    const applied = await namespaces.with(service(), ingress())
    const isKnown = async () => {
      const stream = beginStream(applied, 1)
      await waitFor(() => stream.count() > 3 || undefined)
      return (await stream.end()).injected > 0 || undefined
    }
    await waitFor(isKnown, 120_000, 'the first injection')
    const [pods, addresses, opened] = [await replicas(), await addressesOfReplicas(), await failedOpen()]
    let isOver = false
    const courses = pods.map((pod, index) => follow(pod, addresses[index] ?? '', () => isOver))
    const churn = beginChurn(await namespaces.with(), CHURN)
    const stream = beginStream(applied, CLIENTS, INTERVAL)
    await pause(SECONDS * 1_000)
    const { requests, injected, failures } = await stream.end()
    const churned = await churn.end()
    isOver = true
    const followed = await Promise.all(courses)
    const passed = (await failedOpen()) - opened
    say(
      `${SECONDS} s: ${requests} applies, ${failures.length} failed, ${passed} failed open, ${churned.writes} objects written`,
    )
    expect(failures).toEqual([])
    expect(churned.failures).toEqual([])
    expect({ injected, passed }).toEqual({ injected: requests, passed: 0 })
    expect(await restarts()).toEqual(pods.map(() => 0))
    for (const course of followed) flat(course)
  },
  (SECONDS + 240) * 1_000,
)
