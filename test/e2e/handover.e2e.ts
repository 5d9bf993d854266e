import { afterAll, beforeAll, describe, expect } from 'vitest'
import { caseOf, has } from './support/cluster.ts'
import { handover, startHandover } from './support/handover.ts'
import {
  ANNOTATION,
  expectAsBefore,
  expectNoneLost,
  expectNothingLeft,
  expectProtected,
  type HandoverGround,
  killed,
  of,
  startGround,
  withLine,
} from './support/handover-ground.ts'
import { kubectlOk, stored } from './support/kubectl.ts'
import { allHealthy, podsOf, type RunningShop } from './support/running-shop.ts'
import { app, service } from './support/shop.ts'
import { waitFor } from './support/slackwater.ts'

/**
 * `slackwater handover` on real Pods, with requests to them: the cluster is changed beneath it, or it refuses.
 */

const NEEDS = ['pods', 'controllers'] as const

let ground: HandoverGround
beforeAll(async () => {
  if (has(...NEEDS)) ground = await startGround()
})
afterAll(async () => {
  if (has(...NEEDS)) await ground.stop()
})

interface Mark {
  readonly step: string
  readonly deadline: string
}

/** What `slackwater handover` has written on each Pod, by name. */
async function marks({ namespace }: RunningShop): Promise<ReadonlyMap<string, Mark>> {
  const marked = (await podsOf(namespace)).flatMap(({ metadata }): [string, Mark][] => {
    const text = metadata.annotations?.[ANNOTATION]
    return text === undefined ? [] : [[metadata.name, JSON.parse(text) as Mark]]
  })
  return new Map(marked)
}

/** Until so many Pods are in a step. */
const inStep = (shop: RunningShop, step: string, count = 1) =>
  waitFor(
    async () =>
      [...(await marks(shop)).values()].filter((mark) => mark.step === step).length >= count || undefined,
    120_000,
    `${count} Pods in step ${step}`,
  )

const scale = ({ namespace, target }: RunningShop, replicas: number) =>
  kubectlOk(['scale', target, '-n', namespace, `--replicas=${replicas}`])

// They wait most of the time: side by side.
describe.concurrent('the cluster changes beneath it', () => {
  caseOf(
    'a bare ReplicaSet, which has no rollouts',
    NEEDS,
    async () => {
      const shop = await ground.open({ kind: 'ReplicaSet' })
      await handover(of(shop))
      await expectAsBefore(shop)
      await expectProtected(shop)
      await expectNoneLost(shop)
    },
    400_000,
  )

  caseOf(
    'scaled out and in while it runs',
    NEEDS,
    async () => {
      const shop = await ground.open()
      const running = startHandover(of(shop))
      await inStep(shop, 'released')
      await scale(shop, 4)
      await inStep(shop, 'leaving')
      await scale(shop, 3)
      const { code, err } = await running.ended
      expect({ code, err }).toMatchObject({ code: 0 })
      await scale(shop, 2)
      await expectNothingLeft(shop)
      await expectProtected(shop)
      await expectNoneLost(shop)
    },
    400_000,
  )

  caseOf(
    'a rollout begins while both Pods are released',
    NEEDS,
    async () => {
      const shop = await ground.open()
      const { namespace, target } = shop
      const running = startHandover(of(shop, '--max-extra', '2'))
      await waitFor(async () => (await marks(shop)).size === 2 || undefined, 120_000, 'two released Pods')
      await kubectlOk(['rollout', 'restart', target, '-n', namespace])
      const { code, err } = await running.ended
      expect({ code, err }).toMatchObject({ code: 0 })
      await kubectlOk(['rollout', 'status', target, '-n', namespace, '--timeout=180s'])
      await allHealthy(shop)
      expect(await marks(shop)).toEqual(new Map())
      await expectProtected(shop)
      await expectNoneLost(shop)
    },
    400_000,
  )

  caseOf(
    '--all takes what is behind a load balancer, and nothing else',
    NEEDS,
    async () => {
      const shop = await ground.open({ others: [app({ name: 'worker', replicas: 1 })] })
      const { namespace } = shop
      const workers = () => podsOf(namespace, 'worker')
      const [worker] = await workers()
      await handover(['--all', '-n', namespace, '-y'])
      expect((await workers()).map(({ metadata }) => metadata.uid)).toEqual([worker?.metadata.uid])
      await expectAsBefore(shop)
      await expectNoneLost(shop)
    },
    400_000,
  )

  caseOf(
    'a Pod whose deadline has passed is finished by the next call',
    NEEDS,
    () =>
      withLine(async (line) => {
        const shop = await ground.open()
        const { namespace } = shop
        expect(await killed(of(shop), line, { after: 2, later: 1_000 })).toBe(true)
        const begun = await marks(shop)
        for (const [pod, mark] of begun) {
          const overdue = { ...mark, deadline: new Date(Date.now() - 3_600_000).toISOString() }
          const metadata = { annotations: { [ANNOTATION]: JSON.stringify(overdue) } }
          await kubectlOk(['patch', 'pod', pod, '-n', namespace, '-p', JSON.stringify({ metadata })])
        }
        expect(begun.size).toBeGreaterThan(0)
        await handover(of(shop))
        await expectAsBefore(shop)
        await expectProtected(shop)
        await expectNoneLost(shop)
      }),
    400_000,
  )

  caseOf(
    'what it cannot do without loss it refuses, says why, and changes nothing',
    NEEDS,
    () =>
      withLine(async (line) => {
        const shop = await ground.open()
        const { namespace, target } = shop
        const refused = async (what: string, ...words: readonly string[]): Promise<void> => {
          const { code, out, err } = await startHandover([what, '-n', namespace, '-y'], line.kubeconfig).ended
          expect({ code, out: `${out}${err}` }).toEqual({ code: expect.any(Number), out: expect.any(String) })
          expect(code).not.toBe(0)
          for (const word of words) expect(`${out}${err}`.replaceAll(/\s+/g, ' ')).toContain(word)
        }
        const place = ['-n', namespace, '-f', '-']
        await kubectlOk(['apply', ...place], app({ kind: 'StatefulSet', name: 'db', replicas: 0 }))
        await refused('statefulset/db', 'StatefulSet')

        const quota = {
          apiVersion: 'v1',
          kind: 'ResourceQuota',
          metadata: { name: 'pods' },
          spec: { hard: { pods: '2' } },
        }
        await kubectlOk(['apply', ...place], quota)
        const isCounted = async () =>
          (await stored<{ readonly status?: { readonly used?: object } }>(['quota', 'pods', '-n', namespace]))
            .status?.used === undefined
            ? undefined
            : true
        await waitFor(isCounted)
        await refused(target, 'quota')
        await kubectlOk(['delete', ...place], quota)

        const mode = (value: string) =>
          kubectlOk(['label', 'namespace', namespace, `slackwater.dev/mode${value}`])
        await mode('=dry-run')
        await refused(target, 'dry-run')
        await mode('-')

        const [
          {
            metadata: { labels = {} },
          } = raise('no Pod'),
        ] = await podsOf(namespace)
        const green = { ...service('green', 'web'), spec: { ...service().spec, selector: labels } }
        await kubectlOk(['apply', ...place], green)
        await refused(target, 'green', 'pod-template-hash')
        await kubectlOk(['delete', ...place], green)

        expect(line.writes).toEqual([])
        await expectAsBefore(shop)
        await expectNoneLost(shop)
      }),
    400_000,
  )
})

function raise(words: string): never {
  throw new Error(words)
}
