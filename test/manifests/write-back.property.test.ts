import fc from 'fast-check'
import jsonPatch from 'fast-json-patch'
import { expect, test } from 'vitest'
import { applyOperation } from '../../src/manifests/edit/operation.ts'
import { readManifests } from '../../src/manifests/read.ts'
import { writeBack } from '../../src/manifests/write-back.ts'
import { IS_DEEP, runsOf } from '../depth.ts'
import { type PodText, podText } from './pod-texts.ts'

const RUNS = runsOf(400, 4)
const OTHER = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: other # stays\n'

/** The texts of an edit, or undefined where it was refused. */
function edit({ text, operations }: PodText): string | undefined {
  const source = { name: 'pod.yaml', text }
  const object = readManifests([source]).objects.find(({ name }) => name === 'web')
  if (object === undefined) throw new Error(`not read: ${text}`)
  const written = writeBack(source, [{ object, operations }])
  if (written.refusals.length === 0) return written.text
  expect(written.text).toBe(text)
  return undefined
}

const valueIn = (text: string): unknown =>
  readManifests([{ name: 'pod.yaml', text }]).objects.find(({ name }) => name === 'web')?.raw

/** Lines without their endings, which have a test of their own below. */
const linesIn = (text: string): readonly string[] => text.split(/\r?\n/)

/** Whether `part` can be got from `whole` by leaving lines out. */
function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0
  for (const line of whole) if (line === part[at]) at += 1
  return at === part.length
}

const isGrowing = ({ operations }: PodText): boolean => operations.every(({ op }) => op === 'add')

test('an edited text reads as the old value with the operations applied', () => {
  let refusals = 0
  fc.assert(
    fc.property(podText, (pod) => {
      const result = edit(pod)
      if (result === undefined) {
        refusals += 1
        return
      }
      const wanted = jsonPatch.applyPatch(
        structuredClone(valueIn(pod.text)),
        structuredClone([...pod.operations]),
      )
      expect(valueIn(result)).toEqual(wanted.newDocument)
    }),
    { numRuns: RUNS },
  )
  // Refused are only removals that would leave a comment without its line.
  // Of a hundred, eleven have been seen.
  expect(refusals).toBeLessThan(RUNS / (IS_DEEP ? 10 : 4))
})

test('in block style, adding leaves every old line where it was, byte for byte', () => {
  fc.assert(
    fc.property(
      podText.filter((pod) => !pod.isStyleFlow && isGrowing(pod)),
      (pod) => {
        const result = edit(pod)
        expect(result).toBeDefined()
        // A mapping in braces and `lifecycle:` without a value grow in their line; all else stays.
        const grown = /lifecycle:|\{/
        const kept = linesIn(pod.text).filter((line) => !grown.test(line))
        expect(isSubsequence(kept, linesIn(result ?? ''))).toBe(true)
      },
    ),
    { numRuns: RUNS / 2 },
  )
})

test('comments survive, but for those inside of a value that is replaced or removed', () => {
  fc.assert(
    fc.property(podText, (pod) => {
      const result = edit(pod) ?? pod.text
      const hasComment = (comment: string): boolean => linesIn(result).includes(comment)
      const lost = pod.comments.filter((comment) => !hasComment(comment))
      expect(lost.filter((comment) => !standsInside(pod, comment))).toEqual([])
    }),
    { numRuns: RUNS },
  )
})

/** Whether a comment stands deeper than the hook that an operation replaces or removes. */
function standsInside({ text, operations }: PodText, comment: string): boolean {
  if (operations.every(({ op, path }) => op === 'add' || !path.includes('/lifecycle'))) return false
  const before = linesIn(text)
  const depth = comment.indexOf('#')
  for (const line of before.slice(0, before.indexOf(comment)).reverse()) {
    const indent = line.search(/\S/)
    if (indent === -1 || indent >= depth) continue
    return /^\s*(?:- )?(?:preStop|exec|sleep|lifecycle):/.test(line)
  }
  return false
}

test('line endings, the final line ending and a neighbor stay as they are', () => {
  fc.assert(
    fc.property(podText, (pod) => {
      const result = edit(pod) ?? pod.text
      const isWindows = pod.text.includes('\r\n')
      expect(result.replaceAll('\r\n', '').includes(isWindows ? '\n' : '\r')).toBe(false)
      expect(/\n$/.test(result)).toBe(/\n$/.test(pod.text))
      const between = isWindows ? '\r\n---\r\n' : '\n---\n'
      const beside = edit({ ...pod, text: OTHER + between + pod.text + between + OTHER }) ?? ''
      expect(beside === '' || (beside.startsWith(OTHER + between) && beside.endsWith(between + OTHER))).toBe(
        true,
      )
    }),
    { numRuns: RUNS / 2 },
  )
})

test('an operation never writes into the value that it was given', () => {
  const value = { preStop: { sleep: { seconds: 45 } } }
  const added = applyOperation({}, { op: 'add', path: '/lifecycle', value })
  applyOperation(added, { op: 'replace', path: '/lifecycle/preStop/sleep/seconds', value: 1 })
  expect(value.preStop.sleep.seconds).toBe(45)
})
