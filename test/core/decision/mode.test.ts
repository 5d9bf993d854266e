import { describe, expect, test } from 'vitest'
import { effectiveMode } from '../../../src/core/decision/mode.ts'
import type { Mode } from '../../../src/core/model/settings.ts'
import { WEB } from './subjects.ts'

const POD = { kind: 'Pod', namespace: 'shop', name: 'web-1' } as const
const SHOP = { kind: 'Namespace', namespace: '', name: 'shop' } as const

interface Labels {
  readonly pod?: string
  readonly workload?: string
  readonly namespace?: string
}

const resolved = ({ pod, workload, namespace }: Labels, installation: Mode = 'dry-run') =>
  effectiveMode({
    own: [
      ...(pod === undefined ? [] : [{ value: pod, object: POD }]),
      ...(workload === undefined ? [] : [{ value: workload, object: WEB }]),
    ],
    namespace: namespace === undefined ? undefined : { value: namespace, object: SHOP },
    installation,
  })

describe('Pod, then workload, then namespace, then installation', () => {
  test.for<[string, Labels, Mode, boolean]>([
    ['the Pod’s own', { pod: 'off', workload: 'enforce', namespace: 'enforce' }, 'off', true],
    ['its workload’s', { workload: 'enforce', namespace: 'off' }, 'enforce', true],
    ['its namespace’s', { namespace: 'off' }, 'off', false],
    ['the installation’s', {}, 'dry-run', false],
    ['a value that is no mode is passed over', { pod: 'on', workload: 'off' }, 'off', true],
    ['so is one in other letters', { workload: 'Enforce', namespace: 'enforce' }, 'enforce', false],
  ])('%s', ([, labels, mode, byItself]) => {
    expect(resolved(labels)).toMatchObject({ mode, byItself })
  })
})

test('the source is the label on the object that carries it, or the setting', () => {
  expect(resolved({ pod: 'nonsense', namespace: 'off' }).source).toEqual({
    kind: 'label',
    key: 'slackwater.dev/mode',
    object: SHOP,
  })
  expect(resolved({}).source).toEqual({ kind: 'setting', name: 'mode' })
})

test('each label that names no mode is quoted, with what would be right', () => {
  expect(resolved({ pod: 'on', workload: 'off', namespace: '' }).warnings).toEqual([
    'Pod label slackwater.dev/mode: "on" is not one of enforce, dry-run, off; ignored',
    'Namespace label slackwater.dev/mode: "" is not one of enforce, dry-run, off; ignored',
  ])
})
