import { measure, type Subject } from './http-measure.ts'
import type { Server } from './http-servers.ts'
import { residentOf } from './processes.ts'
import type { Row } from './row.ts'

/** The most that is ever resident of a fresh process under one kind of load, beside that of the base. */

/** Starts another process of each. */
export interface Makers {
  readonly ours: () => Promise<Server>
  readonly base: () => Promise<Server>
}

/** Kind of reviews, answers, and the aim in MiB. */
const LOADS = [
  { id: 'new', name: 'peak, ordinary reviews', answers: 8_000, aim: 150 },
  { id: 'large-new', name: 'peak, 300 kB Pods', answers: 800, aim: 250 },
] as const

/** Milliseconds at least. */
const LOAD = 500

/** MiB; NaN where the system does not provide it. */
async function peakOf(subject: Subject, server: Server, { id, answers }: (typeof LOADS)[number]) {
  const bodies = subject.bodies.find((one) => one.id === id)
  if (bodies === undefined) throw new Error(`no reviews of the kind ${id}`)
  await measure(subject, server, { bodies, connections: 8, milliseconds: LOAD, atLeast: answers })
  const peak = residentOf(server.process, 'VmHWM')
  await subject.ground.end(server)
  return peak
}

/** @param hasAims where the base is the bare server. */
export async function peakRows(subject: Subject, makers: Makers, hasAims: boolean): Promise<readonly Row[]> {
  const { run, baseName } = subject
  const rows: Row[] = []
  for (const load of LOADS) {
    const [ours, base]: [number[], number[]] = [[], []]
    for (let round = 0; round < (run.isLong ? run.rounds : 1); round += 1) {
      run.progress(load.name)
      ours.push(await peakOf(subject, await makers.ours(), load))
      base.push(await peakOf(subject, await makers.base(), load))
    }
    const isProvided = ![...ours, ...base].some(Number.isNaN)
    rows.push({
      ...{ id: `http/${load.id}/8/peak`, name: load.name, unit: 'MiB', ours: isProvided ? ours : [] },
      ...(isProvided ? { base: { name: baseName, rounds: base } } : {}),
      ...(hasAims ? { aim: { of: 'ours', direction: 'at most', value: load.aim } } : {}),
      ...(isProvided ? noteOf(ours.length) : { note: 'not provided by this system' }),
    })
  }
  return rows
}

const noteOf = (rounds: number): Pick<Row, 'note'> =>
  rounds > 1 ? {} : { note: 'One fresh process of each; with --long as many as rounds.' }
