import fc from 'fast-check'
import type { EditOperation } from '../../src/manifests/edit/operation.ts'

/** A pod in one of the ways in which people write YAML, with the operations to carry out on it. */
export interface PodText {
  readonly text: string
  /** The comment lines in it, each different from all others. */
  readonly comments: readonly string[]
  readonly operations: readonly EditOperation[]
  /** Written in braces: YAML or JSON. */
  readonly isStyleFlow: boolean
}

interface Container {
  readonly name: string
  readonly lifecycle: 'absent' | 'null' | 'empty' | 'hook' | 'both'
  readonly probe: 'absent' | 'plain' | 'own'
  readonly args: readonly string[]
}

interface Style {
  readonly form: 'block' | 'flow' | 'json' | 'pretty'
  readonly step: 2 | 4
  readonly isListIndented: boolean
  readonly isCommented: boolean
  readonly ending: '\n' | '\r\n'
  readonly isEnded: boolean
  /** Whether mappings without mappings inside are written in braces within block style. */
  readonly hasBraces: boolean
}

const HOOKS = {
  absent: undefined,
  null: null,
  empty: {},
  hook: { preStop: { exec: { command: ['sleep', '5'] } } },
  both: { preStop: { sleep: { seconds: 5 } }, postStart: { exec: { command: ['warm'] } } },
} as const

const PROBES = {
  absent: undefined,
  plain: { tcpSocket: { port: 80 } },
  own: { tcpSocket: { port: 80 }, terminationGracePeriodSeconds: 10 },
} as const

const container = fc.record<Container>({
  name: fc.constantFrom('app', 'proxy', 'log'),
  lifecycle: fc.constantFrom('absent', 'null', 'empty', 'hook', 'both'),
  probe: fc.constantFrom('absent', 'plain', 'own'),
  args: fc.array(fc.constantFrom('plain', 'a: b', '#no comment', 'two\nlines\n', '', '- x', "it's"), {
    maxLength: 3,
  }),
})

const style = fc.record<Style>({
  form: fc.constantFrom('block', 'block', 'block', 'flow', 'json', 'pretty'),
  step: fc.constantFrom(2, 4),
  isListIndented: fc.boolean(),
  isCommented: fc.boolean(),
  ending: fc.constantFrom('\n', '\r\n'),
  isEnded: fc.boolean(),
  hasBraces: fc.boolean(),
})

interface Wish {
  readonly hook: 'set' | 'remove' | 'leave'
  readonly probe: 'set' | 'remove' | 'leave'
}

const wish = fc.record<Wish>({
  hook: fc.constantFrom('set', 'remove', 'leave'),
  probe: fc.constantFrom('set', 'remove', 'leave'),
})

export const podText: fc.Arbitrary<PodText> = fc
  .record({
    containers: fc.array(fc.tuple(container, wish), { minLength: 1, maxLength: 4 }),
    grace: fc.constantFrom(undefined, null, 30),
    graceWish: fc.constantFrom('set', 'remove', 'leave'),
    isGraceFirst: fc.boolean(),
    isNameFirst: fc.boolean(),
    style,
    order: fc.boolean(),
  })
  .map(({ containers, grace, graceWish, isGraceFirst, isNameFirst, style: written, order }) => {
    const graceField = grace === undefined ? {} : { terminationGracePeriodSeconds: grace }
    const list = { containers: containers.map(([each]) => containerOf(each, isNameFirst)) }
    const spec = isGraceFirst ? { ...graceField, ...list } : { ...list, ...graceField }
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', labels: { app: 'web' } }, spec }
    const graceOperations = setOrRemove('/spec/terminationGracePeriodSeconds', grace, {
      wish: graceWish,
      value: 75,
    })
    const others = containers.flatMap(([each, wanted], index) => operationsOn(each, wanted, index))
    const operations = order ? [...graceOperations, ...others] : [...others, ...graceOperations]
    return { ...writtenAs(pod, written), operations, isStyleFlow: written.form !== 'block' }
  })

function containerOf({ name, lifecycle, probe, args }: Container, isNameFirst: boolean): object {
  const rest = {
    ...(HOOKS[lifecycle] === undefined ? {} : { lifecycle: HOOKS[lifecycle] }),
    ...(PROBES[probe] === undefined ? {} : { livenessProbe: PROBES[probe] }),
    ...(args.length === 0 ? {} : { args }),
  }
  return isNameFirst ? { name, ...rest } : { ...rest, name }
}

function operationsOn(
  { lifecycle, probe }: Container,
  wanted: Wish,
  index: number,
): readonly EditOperation[] {
  const path = `/spec/containers/${index}`
  const preStop = { sleep: { seconds: 45 } }
  const old = HOOKS[lifecycle]
  const hook = old !== undefined && old !== null && 'preStop' in old ? old.preStop : undefined
  const hookOperations =
    old === undefined || old === null
      ? setOrRemove(`${path}/lifecycle`, old, { wish: wanted.hook, value: { preStop } })
      : setOrRemove(`${path}/lifecycle/preStop`, hook, { wish: wanted.hook, value: preStop })
  if (probe === 'absent') return hookOperations
  const grace = probe === 'own' ? 10 : undefined
  const probePath = `${path}/livenessProbe/terminationGracePeriodSeconds`
  return [...hookOperations, ...setOrRemove(probePath, grace, { wish: wanted.probe, value: 30 })]
}

function setOrRemove(
  path: string,
  old: unknown,
  { wish: wanted, value }: { readonly wish: string; readonly value: unknown },
): readonly EditOperation[] {
  if (wanted === 'set') return [{ op: old === undefined ? 'add' : 'replace', path, value }]
  return wanted === 'remove' && old !== undefined ? [{ op: 'remove', path }] : []
}

function writtenAs(pod: object, written: Style): Pick<PodText, 'text' | 'comments'> {
  const lines = linesOf(pod, written)
  const comments: string[] = []
  const commented = lines.flatMap((line, index) => {
    // Before a key at its own depth, but never inside of a text block or of braces.
    if (
      written.form !== 'block' ||
      !written.isCommented ||
      !/^ *(?:- )?[A-Za-z]+:/.test(line) ||
      index % 2 === 0
    ) {
      return [line]
    }
    const comment = `${/^ */.exec(line)?.[0] ?? ''}# comment ${index}`
    comments.push(comment)
    return index % 3 === 0 ? ['', comment, line] : [comment, line]
  })
  return { text: commented.join(written.ending) + (written.isEnded ? written.ending : ''), comments }
}

function linesOf(pod: object, written: Style): readonly string[] {
  if (written.form === 'json') return [JSON.stringify(pod)]
  if (written.form === 'pretty') return JSON.stringify(pod, null, written.step).split('\n')
  if (written.form === 'flow') return [braces(pod)]
  return blockMapping(pod, written)
}

const isMapping = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** JSON with bare keys, spaces, and nulls left out: `{a: 1, b: }`. */
function braces(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item: unknown) => braces(item)).join(', ')}]`
  if (!isMapping(value)) return value === null ? '' : JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([key, member]) => `${key}: ${braces(member)}`)
    .join(', ')}}`
}

function blockMapping(value: object, written: Style): readonly string[] {
  return Object.entries(value).flatMap(([key, member]: readonly [string, unknown]) => {
    if (Array.isArray(member)) return [`${key}:`, ...blockList(member, written)]
    if (!isMapping(member)) return [`${key}:${member === null ? '' : ` ${scalar(member)}`}`]
    const isLeaf = Object.values(member).every((inner: unknown) => !isMapping(inner) && !Array.isArray(inner))
    if (Object.keys(member).length === 0 || (written.hasBraces && isLeaf))
      return [`${key}: ${braces(member)}`]
    return [`${key}:`, ...indented(blockMapping(member, written), written.step)]
  })
}

function blockList(items: readonly unknown[], written: Style): readonly string[] {
  const lines = items.flatMap((item) => {
    if (item === 'two\nlines\n') return ['- |', '  two', '  lines']
    const [first = '', ...others] = isMapping(item) ? blockMapping(item, written) : [scalar(item)]
    return [`- ${first}`, ...indented(others, 2)]
  })
  return written.isListIndented ? indented(lines, written.step) : lines
}

const scalar = (value: unknown): string =>
  typeof value === 'string' && /^[a-z]+$/i.test(value) ? value : JSON.stringify(value)

const indented = (lines: readonly string[], by: number): readonly string[] =>
  lines.map((line) => (line === '' ? line : ' '.repeat(by) + line))
