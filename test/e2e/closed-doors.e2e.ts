import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect } from 'vitest'
import { SANDBOX_IMAGE } from './cluster/images.ts'
import { caseOf, cluster, has } from './support/cluster.ts'
import { freshNamespace, removeNamespace, run, type Said } from './support/kubectl.ts'

/**
 * docs/proof.md, its closed doors: the commands as they stand there, on a real kubelet, and what the page says that they
 * show. All at once: they mostly wait.
 */

const NEEDS = ['pods', 'controllers'] as const

const page = readFileSync('docs/proof.md', 'utf8')
const DOORS = new Map(
  [...page.matchAll(/<!-- door: (.*) -->\n```sh\n([\s\S]*?)```/g)].map(([, name = '', commands = '']) => [
    name,
    commands,
  ]),
)
/** The image of the page comes from a registry, which is out of reach here. */
const PUBLIC_IMAGE = 'registry.k8s.io/pause:3.10'

let namespace = ''
const shown = new Map<string, Promise<Said>>()

beforeAll(async () => {
  if (!has(...NEEDS)) return
  namespace = await freshNamespace()
  for (const name of DOORS.keys()) shown.set(name, tried(name, namespace))
})
afterAll(async () => {
  if (namespace !== '') await removeNamespace(namespace)
})

function tried(name: string, where: string): Promise<Said> {
  const commands = DOORS.get(name) ?? ''
  const here = commands.replaceAll('-n doors', `-n ${where}`).replaceAll(PUBLIC_IMAGE, SANDBOX_IMAGE)
  return run('sh', ['-ec', `kubectl() { "$0" "$@"; }\n${here}`, cluster.kubectl])
}

/** A case that is tried once more needs what it shows anew. */
async function triedAnew(name: string): Promise<Said> {
  const another = await freshNamespace()
  const said = await tried(name, another)
  await removeNamespace(another)
  return said
}

/** @returns what a door's commands printed. @throws if one of them failed. */
async function showing(name: string): Promise<string> {
  const said = DOORS.has(name) ? await (shown.get(name) ?? triedAnew(name)) : undefined
  shown.delete(name)
  if (said?.code !== 0) throw new Error(`${name}: ${said?.err ?? 'docs/proof.md has no such door'}`)
  return said.out
}

/** `gone after 30 s`: 30. */
const secondsIn = (out: string): number => Number(/after (\d+) s/.exec(out)?.[1])

/** How late a loaded machine sees the end of a Pod. Seconds; less than what is told apart by it. */
const LATE = 20
/** Of the sleep in both Pods that have one, and in those that are rolled out. */
const [SLEEP, ROLLED] = [30, 60]

caseOf('a second delete with a shorter grace is accepted, and the sleep goes on', NEEDS, async () => {
  const seconds = secondsIn(await showing('running sleep'))
  // The clock of `date` cuts off what is less than a second.
  expect(seconds).toBeGreaterThanOrEqual(SLEEP - 1)
  expect(seconds).toBeLessThan(SLEEP + LATE)
})

caseOf('a shorter grace in the first delete cuts it', NEEDS, async () => {
  expect(secondsIn(await showing('first delete'))).toBeLessThan(5 + LATE)
})

caseOf('a hook that is refused ends the Pod at once, and is reported', NEEDS, async () => {
  const out = await showing('refused hook')
  expect(secondsIn(out)).toBeLessThan(LATE)
  expect(out).toContain('FailedPreStopHook')
})

caseOf('a rollout does not wait for Pods that sleep', NEEDS, async () => {
  const out = await showing('rollout')
  // Three Pods, one after the other; each of the old ones sleeps for 60 s, and nobody waits for any.
  expect(secondsIn(out)).toBeLessThan(ROLLED)
  expect(out.match(/Terminating/g)?.length).toBeGreaterThanOrEqual(3)
})
