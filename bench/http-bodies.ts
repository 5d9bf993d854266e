import { assess } from '../src/assessment/assess.ts'
import { applyToCopy } from '../src/kubernetes/proof.ts'
import { DEFAULT_SETTINGS } from '../src/settings/schema.ts'
import { clusterOf, deploymentOf } from './cluster.ts'
import { created, largePodOf, neverSeen, podOf, scaled, unexposed, updated } from './http-reviews.ts'

/** Reviews of one kind or several, each for another workload. */
export interface Bodies {
  /** Ends the id of a row. */
  readonly id: string
  readonly name: string
  readonly texts: readonly string[]
  /** How many of them are answered with a patch. */
  readonly patched: number
}

/** Exposures that the measured server knows, a Deployment behind each. */
export const EXPOSURES = 500

const spread = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => Math.floor((index * EXPOSURES) / count))

/** What is stored after our answer. */
function withOurWork(): (deployment: unknown) => unknown {
  const knowledge = { inventory: clusterOf(EXPOSURES), settings: DEFAULT_SETTINGS }
  return (raw) => {
    const asked = { what: 'workload' as const, raw, namespace: 'default', fromFile: false }
    const result = assess(asked, knowledge)
    return result.readable ? applyToCopy(raw, result.operations) : raw
  }
}

/** In turn: nothing of a mix comes in a row. */
const mixed = (lists: readonly (readonly string[])[]): readonly string[] =>
  Array.from({ length: Math.max(...lists.map(({ length }) => length)) }, (_, at) =>
    lists.flatMap((list) => list[at] ?? []),
  ).flat()

/** Every kind of review that is measured. The first four have aims. */
export function allBodies(): readonly Bodies[] {
  const done = withOurWork()
  const deployments = spread(20).map((index) => deploymentOf(index))
  const kinds = {
    created: deployments.map(created),
    updated: deployments.map(updated),
    pods: deployments.map(podOf),
    podsDone: deployments.map((one) => podOf(done(one))),
    unchanged: deployments.map((one) => scaled(done(one))),
    unexposed: deployments.flatMap((one, at) =>
      at % 2 === 0 ? created(unexposed(one)) : podOf(unexposed(one)),
    ),
  }
  const half = (texts: readonly string[]): readonly string[] => texts.filter((_, at) => at % 2 === 0)
  const { created: news, updated: updates, pods, podsDone, unchanged, unexposed: others } = kinds
  const mix = mixed([news, updates, pods, podsDone, half(unchanged), others.slice(0, 10)])
  const make = (id: string, name: string, texts: readonly string[], patched: number): Bodies => ({
    ...{ id, name: `${name}, ${sizesOf(texts)} kB`, texts, patched },
  })
  const large = spread(10).map(largePodOf)
  return [
    make('new', 'never seen', mix.map(neverSeen), 60),
    make('mix', 'seen before', mix, 60),
    make('large-new', 'Pod never seen', large.map(neverSeen), large.length),
    make('large', 'Pod seen before', large, large.length),
    make('deployments', 'never seen, patched', mixed([news, updates]).map(neverSeen), 40),
    make('created', 'Deployment created', news, 20),
    make('updated', 'Deployment updated', updates, 20),
    make('pods', 'Pod, template without ours', pods, 20),
    make('pods-done', 'Pod, template with ours', podsDone, 0),
    make('unchanged', 'unchanged', unchanged, 0),
    make('unexposed', 'not exposed', others, 0),
  ]
}

function sizesOf(texts: readonly string[]): string {
  const sizes = texts.map((text) => Math.round(Buffer.byteLength(text) / 1000))
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)]
  return least === most ? String(least) : `${least}–${most}`
}
