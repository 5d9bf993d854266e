import { expect, test } from 'vitest'
import type { SleepEntry } from '../../src/measure/schema.ts'
import { measureText } from '../../src/render/measure-text.ts'
import { paperOf } from '../../src/render/paint.ts'
import { notPrinted } from '../docs-commands/sample.ts'
import { issueGroup, madeDocument, madeGroup, madeLoss } from './made.ts'

const paper = paperOf({ width: 80, colour: false })

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
  ['as assumed', 30, 'A sleep of 45 s is needed, and that is today’s.'],
])('%s', ([, max, words]) => {
  const group = madeGroup({ lastRequest: { n: 412, median: 1, p95: 2, max } })
  expect(measureText(madeDocument(group), paper).replaceAll(/\s+/g, ' ')).toContain(words)
})

test('no line is wider than the terminal, whatever names there are', () => {
  const name = 'k8s-'.padEnd(200, 'x')
  const group = { ...issueGroup(), loadBalancer: `app/${name}/1` }
  for (const width of [60, 80, 120]) {
    const lines = measureText(madeDocument(group), paperOf({ width, colour: false })).split('\n')
    expect(lines.filter((line) => line.length > width)).toEqual([])
  }
})
