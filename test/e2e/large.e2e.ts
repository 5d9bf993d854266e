import { afterAll, beforeAll, expect } from 'vitest'
import { ASSUMED } from './support/away.ts'
import { caseOf } from './support/cluster.ts'
import { deployment } from './support/deployment.ts'
import { freshNamespace, kubectl, removeNamespace } from './support/kubectl.ts'
import { type Slackwater, startSlackwater, unregister, waitFor } from './support/slackwater.ts'

/** Objects that the API server takes, and that are too large to be read by us: they are stored as they are. */

let slackwater: Slackwater
let namespace: string

beforeAll(async () => {
  slackwater = await startSlackwater()
  namespace = await freshNamespace()
})
afterAll(async () => {
  await unregister()
  await removeNamespace(namespace)
  await slackwater.stop()
})

const ordinary = deployment({ annotations: ASSUMED })
const { template } = ordinary.spec

/** A Deployment of its own name, with this in the spec of its Pods. */
const large = (name: string, spec: object): object => ({
  ...ordinary,
  metadata: { name },
  spec: { ...ordinary.spec, replicas: 0, template: { ...template, spec: { ...template.spec, ...spec } } },
})

const containers = (count: number, further: object = {}): object => ({
  containers: Array.from({ length: count }, (_, index) => ({
    name: `c-${index}`,
    image: 'web:1',
    ...further,
  })),
})

caseOf('an object of too many fields, or containers, is stored with a warning', [], async () => {
  // 140,000 arguments: the review is answered by its uid alone, as the API server writes it.
  const fields = large('fields', containers(1, { args: Array.from({ length: 140_000 }, () => 'a') }))
  for (const [object, warning] of [
    [fields, 'too large: more than 131072 fields and entries'],
    [large('containers', containers(1001)), 'too large: 1001 containers in one review'],
  ] as const) {
    const { code, err } = await kubectl(['create', '-n', namespace, '-f', '-'], object)
    expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining(warning) })
  }
  // Their ReplicaSets are reviewed as well, a moment later.
  const tooLarge = () => slackwater.lines.filter(({ outcome }) => outcome === 'too-large').length
  // A line is written in the background.
  await waitFor(() => tooLarge() >= 2 || undefined)
  const { code, out, err } = await kubectl(['create', '-n', namespace, '-f', '-', '-o', 'json'], ordinary)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const [container] = JSON.parse(out).spec.template.spec.containers
  expect(container.lifecycle).toEqual({ preStop: { sleep: { seconds: 45 } } })
})
