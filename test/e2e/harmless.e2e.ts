import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { FINDINGS } from '../../src/core/findings/catalogue.ts'
import { TEMPLATE_KINDS, type TemplateKind } from './generated/kinds.ts'
import { type JsonObject, SELECTED } from './generated/templates.ts'
import { changed, changes, VERBS, type Verb } from './generated/updates.ts'
import { behindAlb } from './support/alb.ts'
import { type ApiReply, call, inLanes, pathOf } from './support/api.ts'
import { caseOf } from './support/cluster.ts'
import { freshNamespace, kubectlOk, removeNamespace } from './support/kubectl.ts'
import { HIDDEN, type Slackwater, startSlackwater, unregister, waitFor } from './support/slackwater.ts'

/**
 * The proof that we are harmless: whatever the API server accepts without us it accepts with us. Each object is sent
 * twice, into a namespace with a load balancer before it, and into one that is hidden from the webhook.
 */

/** Objects that are created, of each kind that we write into, without being stored. */
const CREATED = Number(process.env['SLACKWATER_E2E_VARIATIONS'] ?? 2000)
/** Of the others: no webhook of ours is called for them, whatever stands in them. A choice. */
const CREATED_OF_OTHERS = Math.ceil(CREATED / 10)
/** Objects that are stored, of each kind, and how often each is changed. */
const STORED = 100
const CHANGES_OF_EACH = 4
/** Of the kinds that we write into. Some templates have only hooks of their own, or nobody who could serve meanwhile. */
const PATCHED_AT_LEAST = 0.8

/** The same in each run; another one tries other objects. */
const USUAL_SEED = 20_261_130
const SEED = Number(process.env['SLACKWATER_SEED'] ?? USUAL_SEED)

/** What is found in any of them is said, information too, and refuses none. */
const EVERYTHING_SAID = Object.fromEntries(Object.keys(FINDINGS).map((id) => [id, 'warn']))

let slackwater: Slackwater
let withUs: string
let without: string

beforeAll(async () => {
  process.stdout.write(`generated objects: SLACKWATER_SEED=${SEED}\n`)
  slackwater = await startSlackwater({
    settings: { daemonSets: true, findings: EVERYTHING_SAID },
    validates: true,
  })
  withUs = await freshNamespace()
  without = await freshNamespace(HIDDEN)
  const beside = [budgetOfNone, ...[0, 1, 2, 3].map(autoscalerOf)]
  await kubectlOk(['apply', '-n', withUs, '-f', '-'], ...behindAlb('generated'), ...beside)
  await kubectlOk(['apply', '-n', without, '-f', '-'], ...beside)
  const probe = fc.sample(TEMPLATE_KINDS[0]?.body ?? fc.constant({}), { numRuns: 20, seed: 1 })
  const [deployments] = TEMPLATE_KINDS
  if (deployments === undefined) throw new Error('no kinds')
  // What was applied a moment ago has yet to be heard of.
  await waitFor(async () => {
    const replies = await Promise.all(
      probe.map((body) => create(deployments, { body, index: 0, namespace: withUs })),
    )
    return replies.some((reply) => isPatched(deployments, reply)) ? true : undefined
  })
})
afterAll(async () => {
  // A webhook that is never asked proves nothing.
  expect((await slackwater.health('metrics')).text).toMatch(
    /requests_total\{webhook="validate",kind="Deployment",operation="CREATE",outcome="warned"\} [1-9]/,
  )
  await unregister()
  await slackwater.stop()
  await Promise.all([withUs, without].map(removeNamespace))
})

/** What is read beside a workload, in both namespaces alike. */
const autoscalerOf = (index: number): JsonObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: `g-${index}` },
  spec: {
    scaleTargetRef: {
      apiVersion: 'apps/v1',
      kind: index < 2 ? 'Deployment' : 'StatefulSet',
      name: `g-${index}`,
    },
    ...(index % 2 === 0 ? { minReplicas: 2 } : {}),
    maxReplicas: 4,
  },
})

const budgetOfNone: JsonObject = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'generated' },
  spec: { maxUnavailable: 0, selector: { matchLabels: SELECTED } },
}

interface Sent {
  readonly body: JsonObject
  readonly index: number
  readonly namespace: string
}

const objectOf = ({ apiVersion, kind }: TemplateKind, { body, index }: Sent): JsonObject => ({
  apiVersion,
  kind,
  ...body,
  metadata: { ...(body['metadata'] as JsonObject | undefined), name: `g-${index}` },
})

const create = (
  kind: TemplateKind,
  sent: Sent,
  query: Readonly<Record<string, string>> = { dryRun: 'All' },
) => call({ method: 'POST', path: pathOf(kind, sent.namespace), query, body: objectOf(kind, sent) })

const isAccepted = ({ status }: ApiReply): boolean => status < 300

const words = ({ body }: ApiReply): string =>
  typeof body === 'object' && body !== null && 'message' in body ? String(body.message) : ''

const at = (value: unknown, keys: readonly string[]): unknown =>
  keys.reduce<unknown>((found, key) => (found as JsonObject | undefined)?.[key], value)

/** The answer carries a record that we wrote: the generator's own ones name other containers or are none. */
const isPatched = ({ templateAt, body: _, ...kind }: TemplateKind, reply: ApiReply): boolean => {
  const record = at(reply.body, [...templateAt, 'metadata', 'annotations', 'slackwater.dev/injected'])
  return kind.isPatched && typeof record === 'string' && record.startsWith('{')
}

/** What the API server refuses with us and accepts without, with its words and the object. */
interface Harm {
  readonly what: string
  readonly said: string
  readonly object: JsonObject
}

describe.for(TEMPLATE_KINDS.map((kind) => [kind.kind, kind] as const))('%s', ([name, kind]) => {
  const count = kind.isPatched ? CREATED : CREATED_OF_OTHERS
  caseOf(
    `${count} generated objects of kind ${name}: none is refused that is accepted without us`,
    [],
    async () => {
      const bodies = fc.sample(kind.body, { numRuns: count, seed: SEED })
      const outcomes = await inLanes(bodies, async (body, index) => {
        const theirs = await create(kind, { body, index, namespace: without })
        const ours = await create(kind, { body, index, namespace: withUs })
        const harm: Harm[] =
          isAccepted(theirs) && !isAccepted(ours)
            ? [{ what: 'created', said: words(ours), object: body }]
            : []
        return { accepted: isAccepted(theirs), patched: isPatched(kind, ours), harm }
      })
      const accepted = outcomes.filter((outcome) => outcome.accepted).length
      const patched = outcomes.filter((outcome) => outcome.patched).length
      process.stdout.write(`${name}: ${accepted} of ${count} accepted, ${patched} patched\n`)
      expect(outcomes.flatMap(({ harm }) => harm)).toEqual([])
      // A generator whose objects the API server refuses proves nothing.
      expect(accepted / count).toBeGreaterThan(0.95)
      if (kind.isPatched) expect(patched / accepted).toBeGreaterThanOrEqual(PATCHED_AT_LEAST)
      else expect(patched).toBe(0)
    },
    600_000,
  )

  caseOf(
    `stored objects of kind ${name}, changed in random ways: no change is refused that is accepted without us`,
    [],
    async () => {
      const bodies = fc.sample(kind.body, { numRuns: STORED, seed: SEED + 1 })
      const orders = fc.sample(fc.tuple(changes, fc.constantFrom(...VERBS)), {
        numRuns: STORED * CHANGES_OF_EACH,
        seed: SEED + 2,
      })
      const outcomes = await inLanes(bodies, async (body, index) => {
        const both = [without, withUs] as const
        const stored = await Promise.all(both.map((namespace) => apply(kind, { body, index, namespace })))
        if (!stored.every(isAccepted)) return { made: 0, harm: [] as Harm[] }
        const harm: Harm[] = []
        const own = orders.slice(index * CHANGES_OF_EACH, (index + 1) * CHANGES_OF_EACH)
        for (const [names, verb] of own) {
          const next = changed(body, kind.templateAt, names)
          const [theirs, ours] = await Promise.all(
            both.map((namespace) => update(kind, { body: next, index, namespace }, verb)),
          )
          if (theirs === undefined || ours === undefined || !isAccepted(theirs) || isAccepted(ours)) continue
          harm.push({ what: `${verb}: ${names.join(', ')}`, said: words(ours), object: body })
        }
        return { made: own.length, harm }
      })
      await forget(kind)
      const made = outcomes.reduce((sum, outcome) => sum + outcome.made, 0)
      process.stdout.write(`${name}: ${made} changes of ${STORED} stored objects\n`)
      expect(outcomes.flatMap(({ harm }) => harm)).toEqual([])
      expect(made).toBeGreaterThan(STORED * CHANGES_OF_EACH * 0.95)
    },
    600_000,
  )
})

/** A controller takes Pods that its selector matches for its own, those of another kind's case too, and ends them. */
async function forget(kind: TemplateKind): Promise<void> {
  for (const namespace of [without, withUs]) {
    const { status } = await call({ method: 'DELETE', path: pathOf(kind, namespace) })
    expect(status).toBe(200)
  }
}

const MANAGER = { fieldManager: 'kubectl' } as const

const apply = (kind: TemplateKind, sent: Sent, query: Readonly<Record<string, string>> = {}) =>
  call({
    method: 'PATCH',
    path: pathOf(kind, sent.namespace, `g-${sent.index}`),
    query: { ...MANAGER, ...query },
    contentType: 'application/apply-patch+yaml',
    body: objectOf(kind, sent),
  })

/** Not stored: each change is made to the object as it was first stored. */
const DRY = { dryRun: 'All' } as const

function update(kind: TemplateKind, sent: Sent, verb: Verb): Promise<ApiReply> {
  const path = pathOf(kind, sent.namespace, `g-${sent.index}`)
  const body = objectOf(kind, sent)
  switch (verb) {
    case 'server-side apply':
      return apply(kind, sent, DRY)
    case 'replace':
      return call({ method: 'PUT', path, query: DRY, body })
    case 'strategic merge':
      return call({
        method: 'PATCH',
        path,
        query: DRY,
        contentType: 'application/strategic-merge-patch+json',
        body,
      })
    case 'merge':
      return call({ method: 'PATCH', path, query: DRY, contentType: 'application/merge-patch+json', body })
  }
}
