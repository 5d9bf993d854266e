import { describe, expect, test } from 'vitest'
import { decide } from '../../../src/core/decision/decide.ts'
import type { Subject } from '../../../src/core/decision/subject.ts'
import type { Settings } from '../../../src/core/model/settings.ts'
import type { Labels } from '../../../src/core/model/workload.ts'
import { exposure, settingsWith } from '../exposures.ts'
import { ourTemplate, podTemplate, subject, summary } from './subjects.ts'

/** What the user's own selectors of the webhook leave out. */

const SHOP = { kind: 'Deployment', namespace: 'shop', name: 'web' }
const TEAM = { matchLabels: { team: 'web' } }
const NAMESPACE_OUT = 'webhook.namespaceSelector leaves out namespace shop'

interface World {
  readonly settings?: Partial<Settings>
  /** Labels of the namespace; absent: it is unknown. */
  readonly namespace?: Labels
  readonly own?: Labels
  readonly stored?: Labels
  readonly pods?: Labels
  readonly further?: Partial<Subject>
}

function decided({ settings, namespace, own = {}, stored, pods = {}, further }: World) {
  const labels = stored === undefined ? [own] : [own, stored]
  const selectable = { labels, ...(namespace === undefined ? {} : { namespaceLabels: namespace }) }
  const template = { ...podTemplate(), labels: pods }
  const { verdict, why, changes, leftAlone } = decide(
    subject({ ref: SHOP, template, selectable, ...further }),
    [exposure()],
    settingsWith(settings),
  )
  return { verdict, why, writes: changes.length > 0, ...(leftAlone && { leftAlone }) }
}

const out = (why: string) => ({ verdict: 'out-of-scope', why, writes: false })

describe('namespaceSelector', () => {
  const by = (namespaceSelector: Settings['webhook']['namespaceSelector']) => ({
    settings: { webhook: namespaceSelector === undefined ? {} : { namespaceSelector } },
  })
  const named = (...values: readonly string[]) =>
    by({ matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values }] })

  test.for<[string, World, string | undefined]>([
    ['none', { namespace: {} }, undefined],
    ['its labels are selected', { ...by(TEAM), namespace: { team: 'web' } }, undefined],
    ['they are not', { ...by(TEAM), namespace: { team: 'other' } }, NAMESPACE_OUT],
    ['it has none', { ...by(TEAM), namespace: {} }, NAMESPACE_OUT],
    [
      'labels and expressions must all match',
      {
        ...by({ ...TEAM, matchExpressions: [{ key: 'legacy', operator: 'DoesNotExist' }] }),
        namespace: { team: 'web', legacy: '' },
      },
      NAMESPACE_OUT,
    ],
    // Files rarely have the label that the API server sets, nor the Namespace itself.
    ['by its name, which no file has', { ...named('shop'), namespace: {} }, undefined],
    ['by another name', { ...named('other'), namespace: {} }, NAMESPACE_OUT],
    ['unknown, by its name', { ...named('shop') }, undefined],
    ['unknown, by another name', { ...named('other') }, NAMESPACE_OUT],
    ['unknown, by another label: assumed to be selected', { ...by(TEAM) }, undefined],
  ])('%s', ([, world, why]) => {
    const found = decided(world)
    if (why === undefined) expect(found).toMatchObject({ verdict: 'inject', writes: true })
    else expect(found).toEqual(out(why))
  })

  test('its Pods are left out with it', () => {
    const further = { what: 'pod', ref: { ...SHOP, kind: 'Pod' } } as const
    expect(decided({ ...by(TEAM), namespace: {}, further })).toEqual(out(NAMESPACE_OUT))
  })

  test('a kind that is left alone has no budget shown there either', () => {
    const further = { ref: { ...SHOP, kind: 'DaemonSet' } }
    expect(decided({ ...by(TEAM), namespace: {}, further })).toEqual(out(NAMESPACE_OUT))
  })
})

/** In each case: whether the workload's own labels match, and whether those of its Pods do. */
describe('objectSelector', () => {
  const settings = (injectInto: Settings['injectInto'] = 'auto') => ({
    settings: { injectInto, webhook: { objectSelector: TEAM } },
  })
  const [MATCHING, NOT] = [{ team: 'web' }, { app: 'web' }]
  const whole = { own: MATCHING, pods: MATCHING }
  const onlyItself = { own: MATCHING, pods: NOT }
  const onlyPods = { own: NOT, pods: MATCHING }
  const neither = { own: NOT, pods: NOT }
  const ROLLOUT = { ref: { ...SHOP, kind: 'Rollout' } }

  test.for<[string, World, string, string | RegExp]>([
    ['both', { ...settings(), ...whole }, 'inject', /visible in the template/],
    ['only itself: its template', { ...settings(), ...onlyItself }, 'inject', /visible in the template/],
    [
      'only itself, where hooks go into Pods',
      { ...settings('pods'), ...onlyItself },
      'out-of-scope',
      'webhook.objectSelector leaves out its Pods, where its hook belongs: injectInto: pods',
    ],
    [
      'only itself, and its template is never written',
      { ...settings(), ...onlyItself, further: ROLLOUT },
      'out-of-scope',
      /^webhook.objectSelector leaves out its Pods, where its hook belongs: a changed Rollout template/,
    ],
    [
      'only its Pods: each of them',
      { ...settings(), ...onlyPods },
      'inject-in-pods',
      'webhook.objectSelector leaves out the workload itself',
    ],
    ['only its Pods, as asked', { ...settings('pods'), ...onlyPods }, 'inject-in-pods', 'injectInto: pods'],
    [
      'only its Pods, where hooks go into templates',
      { ...settings('workloads'), ...onlyPods },
      'out-of-scope',
      'webhook.objectSelector leaves it out, and injectInto: workloads its Pods',
    ],
    [
      'neither',
      { ...settings(), ...neither },
      'out-of-scope',
      'webhook.objectSelector leaves out it and its Pods',
    ],
    // The API server matches the old object too.
    [
      'before an update that takes the label off',
      { ...settings(), ...neither, stored: MATCHING },
      'inject',
      /./,
    ],
  ])('a workload: %s', ([, world, verdict, why]) => {
    const found = decided(world)
    expect(found).toMatchObject({ verdict, why: expect.stringMatching(why) })
    expect(found.writes).toBe(verdict === 'inject')
  })

  const podOf = (labels: Labels | undefined, kind = 'Deployment'): Partial<Subject> => {
    const owner = { ...SHOP, kind: 'ReplicaSet' }
    const workload = summary({ ref: { ...SHOP, kind } })
    const known = labels === undefined ? workload : { ...workload, labels }
    return { what: 'pod', ref: { ...SHOP, kind: 'Pod' }, owner, workload: known }
  }
  const ITSELF = 'webhook.objectSelector leaves it out'

  test.for<[string, World, string, string | RegExp]>([
    ['selected', { ...settings(), own: MATCHING, further: podOf(NOT) }, 'inject', 'a Pod at its creation'],
    [
      'of a template that is written',
      { ...settings(), own: NOT, further: podOf(MATCHING) },
      'by-template',
      ITSELF,
    ],
    [
      'of such a template, with hooks only in Pods',
      { ...settings('pods'), own: NOT, further: podOf(MATCHING) },
      'out-of-scope',
      ITSELF,
    ],
    [
      'of a template that is never written',
      { ...settings(), own: NOT, further: podOf(MATCHING, 'Rollout') },
      'out-of-scope',
      ITSELF,
    ],
    [
      'of a workload that is left out',
      { ...settings(), own: NOT, further: podOf(NOT) },
      'out-of-scope',
      ITSELF,
    ],
    [
      'of a workload without labels',
      { ...settings(), own: NOT, further: podOf(undefined) },
      'out-of-scope',
      ITSELF,
    ],
  ])('a Pod: %s', ([, world, verdict, why]) => {
    expect(decided(world)).toMatchObject({ verdict, why: expect.stringMatching(why) })
  })
})

test('what carries our record is repaired and restored all the same', () => {
  const further = { template: podTemplate(), stored: ourTemplate(), change: 'same-but-ours' } as const
  const settings = { webhook: { namespaceSelector: TEAM } }
  expect(decided({ settings, namespace: {}, further })).toMatchObject({ verdict: 'restore', writes: true })
})
