import { BIN } from '../test/e2e/cluster/parts.ts'
import { bareLike, Creations, exposuresFor, NOBODY, PARTS, partsFolder, placesFor } from './creations.ts'
import { Ground } from './http-servers.ts'
import { type BenchRun, median, type Row, type Section } from './row.ts'

/**
 * Through a real API server: in one namespace Slackwater is asked, in one a webhook that answers the same patch and does
 * nothing else, in one nobody.
 */

const PLACES = placesFor(['ours', 'base', NOBODY])

const CLIENTS = [1, 8] as const
/** Creations by all clients together in each namespace and round, and before the rounds. */
const CREATIONS = { short: 160, long: 600 } as const
const WARM_UP = 1_500
/** The most that the issue allows, beside the webhook with a constant patch. */
const AIM = 1.05

/** The median creation of each round, by the webhook that is asked. */
async function rowsAt(
  creations: Creations,
  run: BenchRun,
  { clients, baseName }: { readonly clients: number; readonly baseName: string },
): Promise<readonly Row[]> {
  const taken = { ours: [] as number[], base: [] as number[], none: [] as number[] }
  for (let round = 0; round < run.rounds; round += 1) {
    run.progress(`${clients} client${clients === 1 ? '' : 's'}, round ${round + 1}`)
    const times = await creations.create(clients, run.isLong ? CREATIONS.long : CREATIONS.short)
    for (const place of ['ours', 'base', 'none'] as const) taken[place].push(median(times.get(place) ?? []))
  }
  const added = (times: readonly number[]): readonly number[] =>
    times.map((time, round) => time - (taken.none[round] ?? Number.NaN))
  const by = `${clients} client${clients === 1 ? '' : 's'}`
  const id = `api-server/pod/${clients}`
  return [
    {
      ...{ id: `${id}/added`, name: `added to a Pod creation, ${by}`, unit: 'ms', ours: added(taken.ours) },
      base: { name: baseName, rounds: added(taken.base) },
      ...(baseName === 'bare' ? { aim: { of: 'ratio', direction: 'at most', value: AIM } } : {}),
    },
    {
      ...{ id: `${id}/whole`, name: `the whole creation, ${by}`, unit: 'ms', ours: taken.ours },
      base: { name: baseName, rounds: taken.base },
    },
  ]
}

async function measureBeside(run: BenchRun, other: string | undefined): Promise<readonly Row[]> {
  const bin = partsFolder()
  if (bin === undefined) return CLIENTS.map(missingRow)
  const ground = await Ground.make()
  let creations: Creations | undefined
  try {
    const exposures = exposuresFor(PLACES)
    const ours = await ground.ours(run.root, exposures)
    const [, place] = PLACES
    if (place === undefined) throw new Error('there is no place for the base')
    const base =
      other === undefined ? await bareLike(ground, ours, place) : await ground.ours(other, exposures)
    run.progress('starting etcd and the API server')
    const servers = new Map([
      ['ours', ours],
      ['base', base],
    ])
    creations = await Creations.make(bin, PLACES, { ca: ground.certificate.cert, servers })
    run.progress('warm-up')
    await creations.create(8, WARM_UP)
    const baseName = other === undefined ? 'bare' : 'other'
    const rows: Row[] = []
    for (const clients of CLIENTS) rows.push(...(await rowsAt(creations, run, { clients, baseName })))
    return rows
  } finally {
    await creations?.close()
    await ground.close()
  }
}

const missingRow = (clients: number): Row => ({
  ...{ id: `api-server/pod/${clients}/added`, unit: 'ms', ours: [] },
  name: `added to a Pod creation, ${clients} client${clients === 1 ? '' : 's'}`,
  aim: { of: 'ratio', direction: 'at most', value: AIM },
  note: NO_PARTS,
})

/** Why nothing is measured through an API server. */
export const NO_PARTS = `Not measured: no ${PARTS.join(', ')} in ${BIN}; "npm run test:e2e -- --parts-only" builds them, or KUBEBUILDER_ASSETS names a folder with them.`

export const apiServer: Section = {
  name: 'api-server',
  title: 'Through a real API server: what a webhook adds, p50',
  measure: (run) => measureBeside(run, undefined),
  compare: measureBeside,
}
