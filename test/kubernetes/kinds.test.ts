import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { GOLDENS } from '../../scripts/chart/goldens.ts'
import { REPORTED, RESOURCES } from '../../src/cluster/resources.ts'
import { WORKLOAD_KINDS } from '../../src/core/model/workload-kind.ts'
import { KINDS, type Kind } from '../../src/kubernetes/kinds.ts'

/** The one table of kinds, and everything that has to agree with it: rights, webhooks, and what docs/discovery.md says. */

const read = (file: string): string => readFileSync(file, 'utf8')

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs?: readonly string[]
  readonly resourceNames?: readonly string[]
}

interface Manifest {
  readonly kind: string
  readonly rules?: readonly Rule[]
  readonly webhooks?: readonly { readonly rules: readonly Rule[] }[]
}

const objectsIn = (yaml: string): readonly Manifest[] =>
  parseAllDocuments(yaml).flatMap((document) => (document.toJS() as Manifest | null) ?? [])

/** A template without its conditions: what any values can bring. */
const everyRule = (template: string): string =>
  template
    .split('\n')
    .filter((line) => !/^\s*\{\{.*\}\}$/.test(line))
    .join('\n')
    .replaceAll(/\{\{.*?\}\}/g, 'x')

const RIGHTS: Readonly<Record<string, readonly Manifest[]>> = {
  'deploy/rbac.yaml': objectsIn(read('deploy/rbac.yaml')),
  'deploy/base/slackwater.yaml': objectsIn(read('deploy/base/slackwater.yaml')),
  'templates/rbac.yaml of the chart': objectsIn(everyRule(read('charts/slackwater/templates/rbac.yaml'))),
  ...Object.fromEntries(
    Object.keys(GOLDENS).map((name) => [`golden ${name}`, objectsIn(read(`test/chart/golden/${name}.yaml`))]),
  ),
}

const named = (group: string, plural: string): string => (group === '' ? plural : `${plural}.${group}`)

const resourcesOf = (rules: readonly Rule[]): readonly string[] =>
  rules.flatMap(({ apiGroups, resources }) =>
    apiGroups.flatMap((group) => resources.map((plural) => named(group, plural))),
  )

/** What may be done with a verb in every namespace, to any object. */
const allowed = (objects: readonly Manifest[], verb: string): readonly string[] =>
  resourcesOf(
    objects
      .filter(({ kind }) => kind === 'ClusterRole')
      .flatMap(({ rules = [] }) => rules)
      .filter(({ verbs = [], resourceNames }) => verbs.includes(verb) && resourceNames === undefined),
  )

const inOrder = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort()

/** What is in one and not in the other, either way. */
const unlike = (one: readonly string[], other: readonly string[], what: string): readonly string[] => [
  ...inOrder(one)
    .filter((text) => !other.includes(text))
    .map((text) => `${what}: more than the table: ${text}`),
  ...inOrder(other)
    .filter((text) => !one.includes(text))
    .map((text) => `${what}: missing: ${text}`),
]

const rowOf = ({
  kind,
  group,
  versions,
  builtIn,
  isFollowed,
  isForDepartures,
  listed,
  ownName,
}: Kind): string => {
  const how = [
    ...(isFollowed ? ['followed'] : []),
    ...(listed === undefined ? [] : [`listed for reports${kind === 'Pod' ? '' : ' and removals'}`]),
    ...(ownName === undefined ? [] : [`\`${ownName}\` in Slackwater's namespace is followed`]),
    ...(isForDepartures === true ? ['followed by the leader for departures'] : []),
  ].join('; ')
  const present = builtIn ? 'always' : 'where it is installed'
  const there = group === 'extensions' ? 'Kubernetes 1.22 removed it' : present
  const shown = how === '' ? 'only from files' : how
  return `| ${kind} | ${group || 'core'} | ${versions.join(', ')} | ${shown} | ${there} |`
}

const TABLE = /<!-- kinds -->\n\|.*\n\|-.*\n([\s\S]*?)\n<!-- end -->/

const documented = (page: string): readonly string[] => (TABLE.exec(page)?.[1] ?? '').split('\n')

/** Every way in which a table of kinds is not what the rest goes by. */
function differences(kinds: readonly Kind[]): readonly string[] {
  const namesOf = (some: readonly Kind[]) => some.map(({ group, plural }) => named(group, plural))
  const isWatched = ({ isFollowed, isForDepartures }: Kind) => isFollowed || isForDepartures === true
  const watched = namesOf(kinds.filter(isWatched))
  const listed = namesOf(kinds.filter((kind) => isWatched(kind) || kind.listed !== undefined))
  return [
    ...unlike(documented(read('docs/discovery.md')), kinds.map(rowOf), 'docs/discovery.md'),
    ...Object.entries(RIGHTS).flatMap(([place, objects]) => [
      ...unlike(allowed(objects, 'watch'), watched, `${place}: watch`),
      ...unlike(allowed(objects, 'list'), listed, `${place}: list`),
    ]),
  ]
}

test('docs, deploy, chart and the table of kinds agree', () => {
  expect(differences(KINDS)).toEqual([])
})

describe('a row that is missing is seen', () => {
  test.for(KINDS.map((kind) => [named(kind.group, kind.plural), kind] as const))('%s', ([, kind]) => {
    expect(differences(KINDS.filter((one) => one !== kind))).not.toEqual([])
  })

  test.for(RESOURCES)('the right to follow $plural of $group', (resource) => {
    const others = KINDS.filter((one) => one !== resource)
    const missed = differences(others).filter((text) => text.startsWith('deploy/rbac.yaml: watch'))
    expect(missed).toEqual([
      `deploy/rbac.yaml: watch: more than the table: ${named(resource.group, resource.plural)}`,
    ])
  })
})

test('no two rows are of one kind', () => {
  const names = KINDS.map(({ group, kind }) => `${group}/${kind}`)
  expect(inOrder(names)).toHaveLength(names.length)
})

test('the webhooks ask about every workload whose Pods last, and about Pods', () => {
  const lasting = Object.entries(WORKLOAD_KINDS).filter(
    ([, traits]) => traits.isRead && !traits.endsByItself && traits.isOnlyInFiles !== true,
  )
  const wanted = KINDS.filter(({ group, kind }) =>
    [...lasting.map(([name, traits]) => `${traits.group}/${name}`), '/Pod'].includes(`${group}/${kind}`),
  ).map(({ group, plural }) => named(group, plural))
  expect(wanted).toHaveLength(lasting.length + 1)
  const webhooksOf = (configuration: string) =>
    objectsIn(read('deploy/base/slackwater.yaml'))
      .filter(({ kind }) => kind === configuration)
      .flatMap(({ webhooks: some = [] }) => some)
  const asked = (configuration: string) =>
    inOrder(resourcesOf(webhooksOf(configuration).flatMap(({ rules }) => rules)))
  expect(asked('MutatingWebhookConfiguration')).toEqual(inOrder(wanted))
  // What moves traffic is judged, too, and never changed.
  const traffic = ['httproutes.gateway.networking.k8s.io', 'ingresses.networking.k8s.io', 'services']
  expect(asked('ValidatingWebhookConfiguration')).toEqual(inOrder([...wanted, ...traffic]))
})

test('a report lists workloads and Pods, and of ReplicaSets those that no controller made', () => {
  expect(REPORTED.map(({ resource, labelSelector = '' }) => [resource.kind, labelSelector])).toEqual([
    ['Deployment', ''],
    ['StatefulSet', ''],
    ['DaemonSet', ''],
    ['Rollout', ''],
    ['ReplicaSet', '!pod-template-hash,!rollouts-pod-template-hash'],
    ['Pod', ''],
  ])
})
