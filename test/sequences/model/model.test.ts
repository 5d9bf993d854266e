import { describe, expect, test } from 'vitest'
import { manifestOf } from '../actions/edits.ts'
import { requestFor } from '../actions/requests.ts'
import { handled, type Reply, type Request, type Stored } from './api-server.ts'
import { pathsOf } from './field-set.ts'
import { DEPLOYMENT, POD_KIND } from './kinds.ts'
import { at, changedAt, type Fields, itemsOf, type Value } from './values.ts'

/** The small API server's rules by example; `test/e2e/sequences.e2e.ts` compares it with a real one. */

const SPEC = ['spec', 'template', 'spec']
const GRACE = 'terminationGracePeriodSeconds'

const manifest = manifestOf(DEPLOYMENT)

const withGrace = (seconds: number): Fields => changedAt(manifest, [...SPEC, GRACE], () => seconds)

const withContainers = (...containers: readonly Fields[]): Fields =>
  changedAt(manifest, [...SPEC, 'containers'], () => containers)

const app = { name: 'app', image: 'web:1' }

const by = (manager: string, object: Fields, force = false): Request => ({
  verb: 'apply',
  manager,
  object,
  force,
})
const create = (object: Fields): Request => ({ verb: 'create', manager: 'kubectl-create', object })

/** What is stored after these requests; each is to be accepted. */
function sent(...requests: readonly Request[]): Stored {
  let stored: Stored | undefined
  for (const request of requests) {
    const reply = handled(stored, request, { kind: DEPLOYMENT })
    if (!reply.accepted) throw new Error(JSON.stringify(reply.problems))
    stored = reply.stored
  }
  if (stored === undefined) throw new Error('no requests')
  return stored
}

const answer = (stored: Stored | undefined, request: Request): Reply =>
  handled(stored, request, { kind: DEPLOYMENT })

const graceOf = ({ object }: Stored): Value | undefined => at(object, ...SPEC, GRACE)
const namesOf = ({ object }: Stored): readonly unknown[] =>
  itemsOf(at(object, ...SPEC, 'containers')).map(({ name }) => name)

const problems = (reply: Reply) =>
  reply.accepted ? [] : reply.problems.map(({ what, where }) => `${what} ${where}`)

describe('server-side apply', () => {
  test('owns what it states, and a default belongs to nobody', () => {
    const owned = pathsOf(sent(by('gitops', manifest)).managers.get('gitops|Apply')?.fields ?? never())
    expect(owned).toContain('f:spec/f:template/f:spec/f:containers/k:app/f:image')
    expect(owned.filter((path) => path.endsWith(GRACE))).toEqual([])
  })

  test('another manager that states another number meets a conflict, unless by force', () => {
    const stored = sent(by('gitops', withGrace(60)))
    expect(problems(answer(stored, by('platform', withGrace(50))))).toEqual([
      `conflict f:spec/f:template/f:spec/f:${GRACE}`,
    ])
    expect(graceOf(sent(by('gitops', withGrace(60)), by('platform', withGrace(50), true)))).toBe(50)
    expect(answer(stored, by('platform', withGrace(60))).accepted).toBe(true)
  })

  test('what it states no longer goes, and the default comes back; unless another states it, too', () => {
    expect(graceOf(sent(by('gitops', withGrace(60)), by('gitops', manifest)))).toBe(30)
    const shared = [by('gitops', withGrace(60)), by('platform', withGrace(60)), by('gitops', manifest)]
    expect(graceOf(sent(...shared))).toBe(60)
  })

  test('a container that it states no longer goes with all that stands in it', () => {
    const two = withContainers(app, { name: 'envoy', image: 'side:1' })
    expect(namesOf(sent(by('gitops', two), by('gitops', manifest)))).toEqual(['app'])
  })

  test('an update takes a field from its applier', () => {
    const patch = changedAt({}, [...SPEC, GRACE], () => 50)
    const update: Request = { verb: 'patch', type: 'merge', patch, manager: 'kubectl-patch' }
    const stored = sent(by('gitops', withGrace(60)), update)
    expect(problems(answer(stored, by('gitops', withGrace(60))))).toEqual([
      `conflict f:spec/f:template/f:spec/f:${GRACE}`,
    ])
  })
})

describe('client-side apply', () => {
  const apply = (stored: Stored | undefined, main: Fields): Request => {
    const manifests = { main, part: {} }
    const step = { verb: 'apply', edits: [], away: false, force: false } as const
    return requestFor(step, { kind: DEPLOYMENT, live: stored?.object, before: manifests, after: manifests })
  }
  const applied = (...all: readonly Fields[]): Stored =>
    all.reduce<Stored | undefined>((stored, main) => {
      const reply = answer(stored, apply(stored, main))
      if (!reply.accepted) throw new Error(JSON.stringify(reply.problems))
      return reply.stored
    }, undefined) ?? never()

  test('deletes what it stated last and states no longer', () => {
    expect(graceOf(applied(withGrace(60), manifest))).toBe(30)
  })

  test('leaves alone what somebody else has added', () => {
    const hook = { name: 'app', lifecycle: { preStop: { sleep: { seconds: 5 } } } }
    const patch = changedAt({}, [...SPEC, 'containers'], () => [hook])
    const reply = answer(applied(manifest), { verb: 'patch', type: 'strategic', patch, manager: 'operator' })
    if (!reply.accepted) throw new Error('refused')
    const again = answer(reply.stored, apply(reply.stored, manifest))
    expect(
      again.accepted && at(itemsOf(at(again.stored.object, ...SPEC, 'containers'))[0], 'lifecycle'),
    ).toEqual({
      preStop: { sleep: { seconds: 5 } },
    })
  })

  test('puts containers in the manifest’s order', () => {
    const envoy = { name: 'envoy', image: 'side:1' }
    expect(namesOf(applied(withContainers(app, envoy), withContainers(envoy, app)))).toEqual(['envoy', 'app'])
    expect(namesOf(applied(withContainers(app, envoy), withContainers(app)))).toEqual(['app'])
  })
})

describe('what is refused', () => {
  const refusal = (lifecycle: Fields, grace = 30): readonly string[] =>
    problems(
      answer(
        undefined,
        create(changedAt(withContainers({ ...app, lifecycle }), [...SPEC, GRACE], () => grace)),
      ),
    )

  test.each<readonly [string, Fields, readonly string[]]>([
    ['a sleep of the grace period', { preStop: { sleep: { seconds: 30 } } }, []],
    ['no sleep at all', { preStop: { sleep: { seconds: 0 } } }, []],
    ['a longer one', { preStop: { sleep: { seconds: 31 } } }, ['sleep app.lifecycle.preStop']],
    [
      'a longer one at the start',
      { postStart: { sleep: { seconds: 31 } } },
      ['sleep app.lifecycle.postStart'],
    ],
    ['two handlers', { preStop: { exec: {}, sleep: { seconds: 1 } } }, ['handlers app.lifecycle.preStop']],
    ['none', { preStop: {} }, ['no handler app.lifecycle.preStop']],
  ])('%s', (_, lifecycle, expected) => {
    expect(refusal(lifecycle)).toEqual(expected)
  })

  test('a sleep of 0 above a negative grace period', () => {
    expect(refusal({ preStop: { sleep: { seconds: 0 } } }, -5)).toEqual(['sleep app.lifecycle.preStop'])
  })

  test('a Pod may change its images, and nothing else of its spec', () => {
    const pod = manifestOf(POD_KIND)
    const created = handled(undefined, create(pod), { kind: POD_KIND })
    if (!created.accepted) throw new Error('refused')
    const changed = (spec: Fields): Request => ({
      verb: 'replace',
      object: { ...pod, spec },
      manager: 'kubectl-replace',
    })
    const replace = (spec: Fields) => problems(handled(created.stored, changed(spec), { kind: POD_KIND }))
    expect(replace({ containers: [{ name: 'app', image: 'web:2' }] })).toEqual([])
    expect(replace({ containers: [app], [GRACE]: 60 })).toEqual(['immutable spec'])
  })
})

function never(): never {
  throw new Error('nothing is there')
}
