import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { BenchSchema, documentOf, footingOf } from '../../bench/document.ts'
import type { Noise } from '../../bench/machine.ts'
import { judge, type Row, ratioOf } from '../../bench/row.ts'

const QUIET: Noise = { loadAverage: 0.01, busyBefore: 0, steal: 0 }

const about = (noise: Noise, rounds = 5) => ({
  root: '.',
  began: new Date('2026-01-01T00:00:00Z'),
  ...{ rounds, isLong: false, noise },
})

const rate: Row = {
  ...{ id: 'http/mix/8/rate', name: 'a mix', unit: 'req/s', ours: [40, 38, 42] },
  base: { name: 'bare', rounds: [100, 100, 100] },
  aim: { of: 'ratio', direction: 'at least', value: 0.8 },
}
const missing: Row = { id: 'start/ready', name: 'start', unit: 'ms', ours: [], note: 'No cluster.' }
const measured = [{ section: { name: 'http', title: 'HTTPS' }, rows: [rate, missing] }]

const validate = new Ajv().compile(JSON.parse(JSON.stringify(BenchSchema)))
const asSent = (noise: Noise) => JSON.parse(JSON.stringify(documentOf(measured, about(noise))))

test('the JSON document is as its schema says, also where a system provides no figures', () => {
  expect(validate(asSent(QUIET)), JSON.stringify(validate.errors)).toBe(true)
  expect(validate(asSent({ loadAverage: 0, busyBefore: undefined, steal: undefined }))).toBe(true)
  const { rows, ...rest } = asSent(QUIET)
  expect(validate(rest)).toBe(false)
  expect(validate({ ...rest, rows: [{ ...rows[0], surprise: 1 }] })).toBe(false)
})

test("every round's value is in it, so that ratio and judgement can be worked out again", () => {
  const { rows } = asSent(QUIET)
  expect(rows[0]).toMatchObject({ section: 'http', median: 40, ratio: 0.4, judgement: 'not met' })
  expect([ratioOf(rows[0]), judge(rows[0])]).toEqual([0.4, 'not met'])
  expect(rows[1]).toMatchObject({ ours: [], judgement: 'not measured', note: 'No cluster.' })
  expect(rows[1]).not.toHaveProperty('median')
})

test('a machine that is not quiet is named as such', () => {
  expect(footingOf(documentOf(measured, about(QUIET)))).toContain('The machine was quiet.')
  const busy = footingOf(documentOf(measured, about({ loadAverage: 500, busyBefore: 0.9, steal: 0.05 })))
  const words = busy.join('\n')
  expect(words).toContain('NOT quiet: load average 500.0')
  expect(words).toContain('others used 90 %')
  expect(words).toContain('the hypervisor took 5 %')
})

test('fewer than five rounds are named as such', () => {
  expect(footingOf(documentOf(measured, about(QUIET, 4))).join()).toContain('Fewer than five rounds')
  expect(footingOf(documentOf(measured, about(QUIET, 5))).join()).not.toContain('Fewer')
})
