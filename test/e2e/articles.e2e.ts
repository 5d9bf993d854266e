import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest'
import { call, pathOf } from './support/api.ts'
import {
  ARTICLES,
  type Article,
  behindLoadBalancer,
  changedTemplateOf,
  isWorkload,
  labelsOf,
  movedTo,
  nameOf,
  pluralOf,
  templateOf,
  workloadOf,
} from './support/articles.ts'
import { caseOf } from './support/cluster.ts'
import {
  freshNamespace,
  kubectl,
  kubectlOk,
  removeNamespace,
  type Said,
  type StoredObject,
  stored,
} from './support/kubectl.ts'
import { newestPod, rolloutsOf } from './support/rollouts.ts'
import { INGRESS_CLASS } from './support/shop.ts'
import { HIDDEN, type Slackwater, startSlackwater, unregister, waitFor } from './support/slackwater.ts'
import { protectionOf } from './support/template.ts'
import { exposed, inBoth, type Step, trace } from './support/trace.ts'

/** The articles' manifests, by kubectl. What must be stored is derived by hand in examples/README.md. */

let slackwater: Slackwater
let namespace: string
const hidden: string[] = []

beforeAll(async () => {
  slackwater = await startSlackwater()
  // The class `alb` is a part of the cluster: most of the manifests name it and do not bring it.
  await kubectlOk(['apply', '-f', '-'], INGRESS_CLASS)
})
afterAll(async () => {
  await unregister()
  await slackwater.stop()
})
beforeEach(async () => {
  namespace = await freshNamespace()
})
afterEach(async () => {
  await Promise.all([namespace, ...hidden.splice(0)].map(removeNamespace))
})

/** Our warnings, as kubectl prints them; the API server has some of its own. */
const warnings = ({ err }: Pick<Said, 'err'>): readonly string[] =>
  err.split('\n').filter((line) => line.startsWith('Warning: slackwater'))

const applied = (objects: readonly unknown[], ...flags: readonly string[]): Promise<Said> =>
  kubectlOk(['apply', ...flags, '-f', '-'], ...objects)

const storedWorkload = (article: Article, where = namespace): Promise<StoredObject> =>
  stored([nameOf(article), '-n', where])

/** One of its Pods, made since the load balancer was known. */
async function expectPod(article: Article): Promise<void> {
  const { into, sleep, grace, name } = article.expected
  if (into === 'nowhere') return
  const pod = protectionOf(await newestPod({ namespace, name }))
  expect(pod.grace).toBe(grace)
  expect(Object.values(pod.sleeps)).toEqual(Object.values(pod.sleeps).map(() => sleep))
}

/** In mode dry-run: what docs/annotations.md says of it, in words. */
const WOULD: Readonly<Record<string, readonly string[]>> = {
  '1-bookshop.yaml': would('nginx', 45, 75),
  '2-arcade.yaml': [],
  '3-library.yaml': would('catalogue', 40, 70),
  '4-chat.yaml': [
    ...would('gateway and envoy', 140, 170),
    // Its liveness probe has no grace of its own: it keeps the 30 that the Pod had.
    'Warning: slackwater: dry-run: would keep 30 s for failing probes of gateway',
  ],
  '5-payments.yaml': [
    'Warning: slackwater: dry-run: would protect its Pods only: its manifest states a grace period of 30 s, below the sleep of 45 s',
  ],
  '6-reports.yaml': [],
  '7-legacy.yaml': would('portal', 75, 105),
  'nginx-demo-ingress.yaml': would('demo-nginx', 45, 75),
  '2048-game.yaml': [],
  '2048-zero-downtime.yaml': would('2048', 40, 70),
}

function would(containers: string, sleep: number, grace: number): readonly string[] {
  return [
    `Warning: slackwater: dry-run: would add preStop sleep ${sleep} s to ${containers}`,
    // Before it asks us, the API server has written its default.
    `Warning: slackwater: dry-run: would set terminationGracePeriodSeconds 30 → ${grace}`,
  ]
}

const articles = describe.for(ARTICLES.map((article) => [article.expected.file, article] as const))

articles('%s', ([, article]) => {
  caseOf(
    'applied in its published order and restarted: hooks and grace as derived, one rollout, then nothing to apply',
    ['controllers'],
    async () => {
      const objects = movedTo(namespace, article)
      await applied(objects)
      await exposed(namespace, labelsOf(article))
      const restarted = await kubectlOk(['rollout', 'restart', nameOf(article), '-n', namespace])
      expect(warnings(restarted)).toEqual([])
      expect(protectionOf(await storedWorkload(article))).toEqual(templateOf(article))
      await expectPod(article)
      expect((await kubectl(['diff', '-f', '-'], ...objects)).code).toBe(0)
      expect(warnings(await applied(objects))).toEqual([])
      const { templates } = await rolloutsOf({
        plural: pluralOf(article),
        namespace,
        name: article.expected.name,
      })
      // The first one, and the restart.
      expect(templates).toHaveLength(2)
    },
  )

  caseOf(
    'behind a load balancer that is known: --dry-run=server shows what is stored, and stores nothing',
    ['controllers'],
    async () => {
      const workload = await behindLoadBalancer(article, namespace)
      const shown = await applied([workload], '--dry-run=server', '-o', 'json')
      expect(protectionOf(JSON.parse(shown.out) as StoredObject)).toEqual(templateOf(article))
      expect(warnings(shown)).toEqual([])
      const found = await kubectlOk(['get', nameOf(article), '-n', namespace, '--ignore-not-found'])
      expect(found.out).toBe('')

      expect(warnings(await applied([workload]))).toEqual([])
      expect(protectionOf(await storedWorkload(article))).toEqual(templateOf(article))
      expect((await kubectl(['diff', '-f', '-'], workload)).code).toBe(0)
      await expectPod(article)
    },
  )

  caseOf('in mode dry-run: warnings say what would be done, and nothing is', ['controllers'], async () => {
    await kubectlOk(['label', 'namespace', namespace, 'slackwater.dev/mode=dry-run'])
    const workload = await behindLoadBalancer(article, namespace)
    expect(warnings(await applied([workload]))).toEqual(WOULD[article.expected.file])
    const { recorded, grace } = protectionOf(await storedWorkload(article))
    const { terminationGracePeriodSeconds = 30 } = workloadOf(article).spec.template.spec
    expect({ recorded, grace }).toEqual({ recorded: false, grace: terminationGracePeriodSeconds })
  })
})

/** What people change by hand: the rollouts are the same as without us. */
articles('%s, changed by hand', ([, article]) => {
  const { name } = article.expected
  const target = nameOf(article)
  const [container] = workloadOf(article).spec.template.spec.containers
  const say =
    (...args: readonly string[]): Step =>
    async (where) => {
      const said = await kubectl([...args, '-n', where])
      // What we say is checked above.
      return {
        code: said.code,
        err: said.err
          .split('\n')
          .filter((line) => !line.includes('slackwater'))
          .join('\n'),
      }
    }
  const patch = (type: string, body: unknown): Step =>
    say('patch', target, `--type=${type}`, '-p', JSON.stringify(body))
  const apiVersion = 'apps/v1'
  const plural = pluralOf(article)

  /** As an autoscaler does: it reads the scale and writes it. */
  const autoscale =
    (replicas: number): Step =>
    async (where) => {
      const path = `${pathOf({ apiVersion, plural }, where, name)}/scale`
      return waitFor(async () => {
        const { body } = await call({ method: 'GET', path })
        const scale = { ...(body as Readonly<Record<string, unknown>>), spec: { replicas } }
        const { status } = await call({ method: 'PUT', path, body: scale })
        // Its controller wrote the object meanwhile: read again, as an autoscaler does.
        return status === 409 ? undefined : { code: status < 300 ? 0 : 1, err: '' }
      })
    }

  caseOf(
    'set image, patch and restart roll out once each; scale and an autoscaler never: as without us',
    ['controllers'],
    async () => {
      const without = await freshNamespace(HIDDEN)
      hidden.push(without)
      const workload = await behindLoadBalancer(article, namespace)
      const others = movedTo(without, article).filter((object) => isWorkload(article, object))
      await applied([workload])
      await applied(others)
      const both = { withUs: namespace, without }
      const environment = [{ name: container?.name, env: [{ name: 'MOTD', value: 'hello' }] }]
      const steps: readonly Step[] = [
        say('scale', target, '--replicas=3'),
        autoscale(4),
        autoscale(2),
        say('set', 'image', target, `${container?.name}=registry.example.com/new:1`),
        say('set', 'image', target, `${container?.name}=registry.example.com/new:1`),
        patch('strategic', { spec: { template: { spec: { containers: environment } } } }),
        patch('merge', { metadata: { labels: { team: 'one' } } }),
        patch('merge', { spec: { template: { metadata: { annotations: { 'example.com/note': '1' } } } } }),
        say('rollout', 'restart', target),
        say('scale', target, '--replicas=1'),
        say('rollout', 'undo', target),
      ]
      const { ours, theirs } = await inBoth(both, (where) => trace({ plural, namespace: where, name }, steps))
      expect(ours).toEqual(theirs)
      expect(ours.map(({ code }) => code)).toEqual(ours.map(() => 0))
      // One more for each change of the template; the last goes back to one that was there.
      expect(ours.map(({ templates }) => templates)).toEqual([1, 1, 1, 2, 2, 3, 3, 4, 5, 5, 5])
      expect(protectionOf(await storedWorkload(article))).toEqual(changedTemplateOf(article))
    },
  )
})
