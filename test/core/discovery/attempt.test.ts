import { expect, test } from 'vitest'
import { attempt, ofAll, together } from '../../../src/core/discovery/claims/attempt.ts'
import type { NamespaceObject } from '../../../src/core/discovery/objects/discovery-object.ts'

const namespace = (name: string): NamespaceObject => ({
  kind: 'Namespace',
  ref: { kind: 'Namespace', namespace: '', name },
  facts: { name, labels: {}, annotations: {} },
})

const throwing = (error: unknown) => (): never => {
  throw error
}

test('what threw for an object is said again, and the rule is not run again', () => {
  const object = namespace('web')
  let runs = 0
  const rule = (): never => {
    runs++
    throw new RangeError('too deep')
  }
  const text = 'it cannot be read, so what it sends is unknown: internal error: too deep'
  for (const _ of [1, 2])
    expect(attempt(object, rule)).toMatchObject({ ok: false, problem: { id: 'unreadable', text } })
  expect(runs).toBe(1)
  expect(attempt(object, () => 'another rule')).toMatchObject({ ok: false })
})

test('a thing that is no Error is said as text', () => {
  expect(attempt(namespace('web'), throwing('out of luck'))).toMatchObject({
    problem: { text: expect.stringContaining('internal error: out of luck') },
  })
})

test('an answer of all that threw makes nobody unreadable, however many levels it passes', () => {
  const object = namespace('web')
  const shared = (): never => ofAll(() => ofAll(throwing(new Error('the group is broken'))))
  expect(attempt(object, shared)).toMatchObject({
    ok: false,
    problem: { text: expect.stringContaining('the group is broken') },
  })
  expect(attempt(object, () => 'mended')).toEqual({ ok: true, value: 'mended' })
})

test('of several that throw together, those that throw alone are left out', () => {
  const parts = ['web', 'poison', 'api'].map(namespace)
  const names = (some: readonly NamespaceObject[]): readonly string[] =>
    some.map(({ ref: { name } }) => (name === 'poison' ? throwing(new Error('poison'))() : name))
  expect(together(parts, names, (part) => part)).toEqual(['web', 'api'])
  const [, poison] = parts
  expect(poison && attempt(poison, () => 'again').ok).toBe(false)
})

test('what throws for all together and for none alone is thrown', () => {
  const parts = ['web', 'api'].map(namespace)
  const make = (some: readonly NamespaceObject[]): number =>
    some.length > 1 ? throwing(new Error('two are too many'))() : some.length
  expect(() => together(parts, make, (part) => part)).toThrow('two are too many')
})
