import { describe, expect, test } from 'vitest'
import type { GroupMeasurement, LostRequest } from '../../src/core/measurement/measurement.ts'
import type { SleepEntry } from '../../src/measure/schema.ts'
import { settingsTerms, settingsText } from '../../src/measure/settings-text.ts'
import { measurePage } from '../../src/render/html/measure-page.ts'
import { measureText } from '../../src/render/measure-text.ts'
import { paperOf } from '../../src/render/paint.ts'
import { notPrinted } from '../docs-commands/sample.ts'
import { issueGroup, madeDocument, madeGroup, madeLoss } from './made.ts'

const paper = paperOf({ width: 80, color: false })

/** The sleep as a report knows it today. */
function known(document = madeDocument()): ReturnType<typeof madeDocument> {
  const today = (sleep: SleepEntry | undefined): SleepEntry | undefined =>
    sleep && { ...sleep, assumed: false }
  return {
    ...document,
    loadBalancers: document.loadBalancers.map((one) => {
      const sleep = today(one.sleep)
      return { ...one, ...(sleep === undefined ? {} : { sleep }) }
    }),
  }
}

test('the issue’s example is printed as docs/measure.md shows it', () => {
  const printed = measureText(known(), paper)
  expect(notPrinted('docs/measure.md', 'The nodes of ALB my-alb', printed)).toEqual([])
})

test('a long list is cut, and the rest is counted', () => {
  const lost = Array.from({ length: 30 }, (_, at) => madeLoss(Date.UTC(2026, 9, 3) + at, 2))
  const group = madeGroup({ lost, losses: { reset: 40, connect: 0, nobody: 0, other: 0 } })
  const text = measureText(madeDocument(group), paper)
  expect(text).toContain('and 25 more (-o json lists them)')
  // Of the 40 only 30 were kept one by one.
  expect(text).toContain('and 10 more for other reasons')
})

test.for<readonly [name: string, max: number, words: string]>([
  // 0 + (45 + 10) + 5 = 60 is more than the default of 45.
  ['longer than assumed', 45, 'A sleep of 60 s is needed, and the default of 45 s is too short.'],
  ['as assumed', 30, 'A sleep of 45 s is needed, and that is the default.'],
])('%s', ([, max, words]) => {
  const group = madeGroup({ lastRequest: { n: 412, median: 1, p95: 2, max } })
  expect(measureText(madeDocument(group), paper).replaceAll(/\s+/g, ' ')).toContain(words)
})

const words = (group = madeGroup()): string => measureText(madeDocument(group), paper).replaceAll(/\s+/g, ' ')
const sampleOf = (max: number, n: number) => ({ n, median: 1, p95: 2, max })

describe('the two times, each with its own number of departures', () => {
  test('the controller’s log has too few: all is said from the deletion', () => {
    const text = words(madeGroup({ propagation: sampleOf(9, 3), controller: sampleOf(1, 3) }))
    expect(text).toContain('stop sending to a Pod within 11 s of its deletion (n = 412)')
    expect(text).toContain('no request was seen later than 10.7 s after the deletion in 412 departures')
  })

  test('the ledger has too few: all is said from the deregistration', () => {
    const times = {
      lastRequest: sampleOf(11, 19),
      propagation: sampleOf(9, 400),
      controller: sampleOf(1, 19),
    }
    const text = words(madeGroup({ ...times, seen: { lastRequest: 10.7, propagation: 8.8 } }))
    expect(text).toContain('stop sending to a Pod within 9 s of its deregistration (n = 400)')
    expect(text).toContain('no request was seen later than 8.8 s after the deregistration in 400 departures')
  })
})

test('seconds of a lost request count from what is known of its target', () => {
  const named = madeLoss(Date.UTC(2026, 9, 3), 2)
  const { pod: _, ...address } = named.target ?? { ip: '', missing: [] }
  const unnamed = { ...named, target: { ...address, missing: [] } }
  const of = (...lost: LostRequest[]): string =>
    words(madeGroup({ lost, losses: { reset: lost.length, connect: 0, nobody: 0, other: 0 } }))
  expect(of(named)).toContain('closed the connection; seconds count from the deletion; what')
  expect(of(unnamed)).toContain('closed the connection; seconds count from the deregistration !')
  expect(of(named, unnamed)).toContain(
    'from the deletion, and for an address without a Pod from the deregistration',
  )
})

test('what no known departure explains is said: it may have been lost at a Pod that no ledger has', () => {
  const said = 'of the load balancer that no known departure explains'
  expect(words(madeGroup({ unrelated: 516 }))).toContain(`516 ${said}`)
  expect(measurePage(madeDocument(madeGroup({ unrelated: 516 })))).toContain(`516 ${said}`)
  expect(words(madeGroup({ unrelated: 0 }))).not.toContain(said)
})

test('a page of the controller’s log alone counts from the deregistration', () => {
  const { lastRequest: _, ...group } = madeGroup({
    propagation: sampleOf(9, 400),
    seen: { propagation: 8.8 },
  })
  const page = measurePage(madeDocument(group))
  expect(page).toContain('Seconds after the deregistration<')
  expect(page).not.toContain('after the deletion')
  expect(measurePage(madeDocument())).toContain('Seconds after the deletion<')
})

test('settings name the fewest departures that one of their terms is from', () => {
  const times = { lastRequest: sampleOf(11, 30), propagation: sampleOf(9, 400), controller: sampleOf(1, 25) }
  const nOf = (group: GroupMeasurement) => settingsTerms(madeDocument(group).loadBalancers)?.n
  expect(nOf(madeGroup({ ...times, departures: 400 }))).toBe(25)
  expect(nOf(madeGroup({ lastRequest: sampleOf(11, 30), departures: 400 }))).toBe(30)
})

test('no line is wider than the terminal, whatever names there are', () => {
  const name = 'k8s-'.padEnd(200, 'x')
  const group = { ...issueGroup(), loadBalancer: `app/${name}/1` }
  for (const width of [60, 80, 120]) {
    const lines = measureText(madeDocument(group), paperOf({ width, color: false })).split('\n')
    expect(lines.filter((line) => line.length > width)).toEqual([])
  }
})

/** A line of a log may name a load balancer anything but a space. YAML ends a line at a carriage return. */
test('the name of a load balancer stays in its comment of a settings file', () => {
  const document = madeDocument(madeGroup({ loadBalancer: 'app/x\rmode:\toff/1' }))
  const terms = settingsTerms(document.loadBalancers)
  if (terms === undefined) throw new Error('nothing was measured')
  expect(settingsText(document, terms).split(/[\r\n]/)).toContain('#   app/x\\rmode:\\toff/1')
})
