import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { LedgerView } from '../src/core/departures/verdict.ts'
import { deploymentOf, exposed, objectsOf } from './large-cluster.ts'
import { departureOf, followedPods, NAMESPACES, PODS } from './leaving-pods.ts'
import { listsOf, pageOf } from './lists.ts'
import type { BenchRun, Row, Section } from './row.ts'

/**
 * The ledger of departures with 10,000 Pods behind load balancers, beside 2,000 Services, 1,000 Ingresses, 500 HTTPRoutes and
 * the 1,500 Deployments behind them: its memory, as what a process needs more than one that only follows the rest, and the
 * CPU time of 1,000 departures. The API server is this process.
 */

const POD_LIST = '/api/v1/pods'
const EVENT_LIST = '/apis/events.k8s.io/v1/events'
const DEPARTURES = 1_000
/** Seconds over which the goal spreads them. */
const MINUTE = 60

function* everything(): Generator<unknown> {
  yield* objectsOf(NAMESPACES)
  for (const place of exposed(NAMESPACES)) yield deploymentOf(place)
  yield* followedPods()
}

interface Costs {
  readonly mib: number
  readonly resident: number
  readonly cpu: number
  readonly view?: LedgerView
}

/** One round: it takes minutes. */
async function measureDepartures(run: BenchRun): Promise<readonly Row[]> {
  const lists = listsOf(everything(), [POD_LIST, EVENT_LIST])
  const watches = new Set<ServerResponse>()
  const server = createServer(answering(lists, watches)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = String(typeof address === 'object' && address !== null ? address.port : 0)
  run.progress('following')
  const without = await costsOf(port)
  const ledger = await started(port, 'departures')
  const { mib: full } = await asked(ledger, 'memory')
  const before = await asked(ledger, 'time')
  run.progress(`${before.view?.followed} Pods followed; ${DEPARTURES} leave`)
  await leave(watches)
  const after = await settled(ledger)
  const kept = await asked(ledger, 'memory')
  ledger.kill()
  server.closeAllConnections()
  server.close()
  if (before.view?.followed !== PODS || countOf(after) < DEPARTURES)
    throw new Error(`${before.view?.followed} Pods followed, ${countOf(after)} departures seen`)
  const most = (value: number) => ({ of: 'ours', direction: 'at most', value }) as const
  const cpu = after.cpu - before.cpu
  const row = (id: string, name: string, unit: string, value: number): Row => ({
    ...{ id: `departures/${id}`, name, unit, ours: [value] },
  })
  return [
    { ...row('memory', 'ledger of 10,000 Pods', 'MiB', full - without.mib), aim: most(25), note: ONCE },
    row('memory-after', 'after 1,000 departures', 'MiB', kept.mib - without.mib),
    row('list', 'first list of them', 'CPU s', before.cpu - without.cpu),
    {
      ...row('cpu', '1,000 departures in 60 s', '% core', (cpu / MINUTE) * 100),
      aim: most(5),
    },
    {
      ...row('parsing', '1,000 departures', 'CPU s', cpu),
      base: { name: 'JSON', rounds: [parsing()] },
    },
  ]
}

const ONCE =
  'One round. Memory is what the process needs more than one that keeps no ledger, after a collection.'

export const departures: Section = {
  name: 'departures',
  title: 'The ledger of departures, beside parsing the JSON of its events',
  measure: measureDepartures,
}

/** Seconds of CPU time for the JSON of the same events, and nothing else: what no watch of Pods can go below. */
function parsing(): number {
  const lines = Array.from({ length: DEPARTURES / 10 }, (_, index) => departureOf(index))
    .flat()
    .map((event) => JSON.stringify(event))
  const began = process.cpuUsage()
  for (let round = 0; round < 10; round++) for (const line of lines) JSON.parse(line)
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1e6
}

const countOf = ({ view }: Costs): number =>
  Object.values(view?.departures ?? {}).reduce((sum, count) => sum + count, 0)

async function costsOf(port: string): Promise<Costs> {
  const child = await started(port)
  const costs = await asked(child, 'memory')
  child.kill()
  return costs
}

/** Resolves once it follows everything. */
async function started(port: string, part = ''): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('departures-follower.ts', import.meta.url)), [port, part], {
    execArgv: ['--expose-gc'],
  })
  await once(child, 'message')
  return child
}

/** @param what `memory`: after a collection, which costs CPU time of its own. */
async function asked(child: ChildProcess, what: 'memory' | 'time'): Promise<Costs> {
  child.send(what)
  const [costs] = await once(child, 'message')
  return costs as Costs
}

/** A rollout ends, and a departure is settled, some time after the last Pod. */
async function settled(child: ChildProcess): Promise<Costs> {
  for (let tries = 0; ; tries++) {
    const costs = await asked(child, 'time')
    if (countOf(costs) >= DEPARTURES || tries === 60) return costs
    await pause(1_000)
  }
}

async function leave(watches: ReadonlySet<ServerResponse>): Promise<void> {
  for (let index = 0; index < DEPARTURES; index++) {
    const lines = departureOf(index).map((event) => `${JSON.stringify(event)}\n`)
    for (const response of watches) response.write(lines.join(''))
    await pause(5)
  }
}

const answering =
  (lists: ReturnType<typeof listsOf>, podWatches: Set<ServerResponse>) =>
  ({ url = '' }: IncomingMessage, response: ServerResponse): void => {
    const { pathname, searchParams } = new URL(url, 'http://bench')
    const list = lists.get(pathname)
    if (list === undefined) response.writeHead(404).end('{"kind":"Status","code":404,"message":"not found"}')
    else if (searchParams.get('watch') !== 'true') response.end(pageOf(list, searchParams))
    else {
      response.writeHead(200).flushHeaders()
      if (pathname === POD_LIST) podWatches.add(response)
      response.once('close', () => podWatches.delete(response))
    }
  }
