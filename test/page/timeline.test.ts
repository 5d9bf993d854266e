import { describe, expect, test } from 'vitest'
import { timelineOf } from '../../src/render/html/timeline.ts'
import { drawTimelineSvg } from '../../src/render/html/timeline-svg.ts'
import type { ResultWorkload } from '../../src/result/result.ts'
import { shopWorkload } from './results.ts'

const drawingOf = (workload: ResultWorkload) => {
  const drawing = timelineOf(workload)
  if (drawing === undefined) throw new Error('no drawing')
  return drawing
}

const barsOf = (workload: ResultWorkload) =>
  drawingOf(workload).lanes.map(({ name, bars }) => [
    name,
    ...bars.map(({ look, from, to }) => `${look} ${from}-${to}`),
  ])

describe('a Pod behind an ALB with ip targets, C 5, P 25, R 10, J 5, D 30', () => {
  // The ALB notices at 5, its last node stops at 30, open requests end at 30 + 10 or at C + D = 35 at the latest;
  // the sleep is 5 + max(25, min(30, 35)) + 5 = 40. Without a hook the Pod exits at once and loses what comes until 30.
  test('without a hook now, and with the change', () => {
    expect(barsOf(shopWorkload())).toEqual([
      ['ALB, ip targets', 'unaware 0-5', 'stopping 5-30', 'finishing 30-35', 'margin 35-40', 'delay 5-35'],
      ['Pod as it is now', 'exit 0-30', 'loss 0-30'],
      ['Pod after the change', 'sleep 0-40', 'exit 40-70'],
    ])
    expect(drawingOf(shopWorkload()).marks).toEqual([
      { at: 0, text: 'delete' },
      { at: 40, text: 'SIGTERM' },
      { at: 70, text: 'grace ends, SIGKILL' },
    ])
  })

  test('with a hook of 10 s and a grace period of 60: at risk from SIGTERM to the last request', () => {
    const present = {
      gracePeriodSeconds: 60,
      containers: [{ name: 'app', hook: 'sleep', seconds: 10, ours: false }],
      recorded: false,
    }
    const [, now] = barsOf({ ...shopWorkload(), present, changes: [] })
    expect(now).toEqual(['Pod', 'sleep 0-10', 'exit 10-40', 'grace 40-60', 'loss 10-30'])
  })

  test('a hook longer than the grace period ends with it', () => {
    const present = {
      gracePeriodSeconds: 20,
      containers: [{ name: 'app', hook: 'sleep', seconds: 40, ours: false }],
      recorded: false,
    }
    const workload = { ...shopWorkload(), present, changes: [] }
    expect(barsOf(workload)[1]).toEqual(['Pod', 'sleep 0-20', 'loss 20-30'])
    expect(drawingOf(workload).marks.at(-1)).toEqual({ at: 20, text: 'grace ends, SIGKILL' })
  })

  test('the first SIGTERM counts: a container without a hook gets it at once; an unknown hook is left out', () => {
    const hooked = { name: 'app', hook: 'sleep', seconds: 40, ours: true }
    const first = (containers: ResultWorkload['present']['containers']) =>
      barsOf({ ...shopWorkload(), present: { containers, recorded: false }, changes: [] })[1]?.[1]
    expect(first([hooked, { name: 'proxy', ours: false }])).toBe('exit 0-30')
    expect(first([hooked, { name: 'proxy', hook: 'exec', ours: false }])).toBe('sleep 0-30')
  })
})

test('no budget, no drawing', () => {
  const { budget: _, ...workload } = shopWorkload()
  expect(timelineOf(workload)).toBeUndefined()
})

test('every bar is in the drawing, to scale, and in the list in words', () => {
  const { text } = drawTimelineSvg(drawingOf(shopWorkload()), 't0')
  // 70 s are the whole width: 5 s are 7.14 %, and the ALB stops sending at 30 s.
  expect(text).toContain('<rect class="unaware" x="0%" y="18" width="7.14%" height="22"/>')
  expect(text).toContain('<rect class="stopping" x="7.14%" y="18" width="35.71%" height="22"/>')
  expect(text.match(/<li>/g)).toHaveLength(9)
  expect(text).toContain('<b>0–30 s</b> Pod as it is now: at risk')
  expect(text).toContain('role="img" aria-labelledby="t0-title t0-text"')
})
