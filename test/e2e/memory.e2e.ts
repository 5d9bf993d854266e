import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect } from 'vitest'
import { call, inLanes, pathOf } from './support/api.ts'
import { caseOf } from './support/cluster.ts'
import { freshNamespace, kubectlOk } from './support/kubectl.ts'
import { app, INGRESS_CLASS, ingress, service } from './support/shop.ts'
import { type Slackwater, startSlackwater } from './support/slackwater.ts'

/** A large cluster: 10,000 Pods' worth of workloads, of five Pods each, 5,000 Services, 1,500 Ingresses. */
const WORKLOADS = 2000
const SERVICES = 5000
const INGRESSES = 1500
const NAMESPACES = 40

/** What a Pod of ours may be given without a thought. MiB. */
const BOUND = 512

const MIB = 2 ** 20

let slackwater: Slackwater | undefined
let namespaces: readonly string[] = []
afterAll(async () => {
  await slackwater?.stop()
  // Thousands of objects: whoever comes next and waits for the end of a namespace would wait for these first.
  await kubectlOk(['delete', 'namespace', ...namespaces, '--ignore-not-found', '--wait'])
}, 600_000)

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index)

async function fill(apiVersion: string, plural: string, objects: readonly object[]): Promise<void> {
  const replies = await inLanes(objects, (body, index) => {
    const namespace = namespaces[index % NAMESPACES] ?? ''
    return call({ method: 'POST', path: pathOf({ apiVersion, plural }, namespace), body })
  })
  expect(replies.filter(({ status }) => status !== 201)).toEqual([])
}

/** Paused: no Pod is made, and the workload is what it would be with its Pods. */
const workload = (index: number) => {
  const made = app({ name: `app-${index}`, replicas: 5 })
  return { ...made, spec: { ...made.spec, paused: true } }
}

beforeAll(async () => {
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
  namespaces = await Promise.all(numbers(NAMESPACES).map(() => freshNamespace()))
  await fill('apps/v1', 'deployments', numbers(WORKLOADS).map(workload))
  // Without an address of its own: the range of a small cluster would be used up.
  const services = numbers(SERVICES).map((index) => {
    const made = service(`app-${index}`)
    return { ...made, spec: { ...made.spec, clusterIP: 'None' } }
  })
  await fill('v1', 'services', services)
  const ingresses = numbers(INGRESSES).map((index) => ingress(`app-${index}`))
  await fill('networking.k8s.io/v1', 'ingresses', ingresses)
}, 600_000)

const resident = async (one: Slackwater): Promise<number> =>
  Math.round(((await one.metric('process_resident_memory_bytes')) ?? Number.NaN) / MIB)

/** The most that it ever was, where the system tells. */
function peak({ pid }: Slackwater): number | undefined {
  const file = `/proc/${pid}/status`
  const [, kib] = existsSync(file) ? (/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(file, 'utf8')) ?? []) : []
  return kib === undefined ? undefined : Math.round(Number(kib) / 1024)
}

caseOf('the resident size in a large cluster is bounded', [], async () => {
  slackwater = await startSlackwater({ args: ['--report-port', '0'], registers: false })
  const began = await resident(slackwater)
  const port = slackwater.lines.find(({ msg }) => msg === 'listening')?.['reportPort']
  const report = await fetch(`http://127.0.0.1:${port}/report`)
  expect(report.status).toBe(200)
  const { totals } = (await report.json()) as { readonly totals: { readonly workloads: number } }
  expect(totals.workloads).toBeGreaterThanOrEqual(WORKLOADS)
  // Garbage goes when it likes: what is left after a while is what it takes.
  await pause(20_000)
  const settled = await resident(slackwater)
  const most = peak(slackwater)
  process.stdout.write(
    `${WORKLOADS} workloads, ${SERVICES} Services, ${INGRESSES} Ingresses: resident ${began} MiB after the first lists, ` +
      `${settled} MiB after a report, ${most ?? 'unknown'} MiB at most\n`,
  )
  expect(most ?? settled).toBeLessThan(BOUND)
})
