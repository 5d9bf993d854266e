import { describe, expect, test } from 'vitest'
import type { Change } from '../../src/core/injection/desired.ts'
import { root } from '../../src/kubernetes/json.ts'
import { operationsFor, TEMPLATE_PATH } from '../../src/kubernetes/patch.ts'
import { toPodTemplate } from '../../src/kubernetes/template.ts'
import { s } from '../core/decision/subjects.ts'

const BARE = {
  metadata: { labels: {} },
  spec: { containers: [{ name: 'app' }, { name: 'log', lifecycle: {} }] },
}

const operations = (change: Change, raw: unknown = BARE, path: string = TEMPLATE_PATH.workload) =>
  operationsFor([change], toPodTemplate(root(raw)), path)

/** `/` inside a key is `~1` (RFC 6901). */
const RECORD = '/spec/template/metadata/annotations/slackwater.dev~1injected'
const APP = '/spec/template/spec/containers/0'
const hook = (container: number, form: 'sleep' | 'exec' = 'sleep'): Change => ({
  kind: 'add-hook',
  container,
  form,
  sleep: s(45),
})
const NATIVE = { sleep: { seconds: 45 } }
const IN_SHELL = { exec: { command: ['/bin/sh', '-c', 'sleep 45'] } }
const record: Change = { kind: 'write-record', text: '{}' }
const annotated = (annotations: object) => ({ ...BARE, metadata: { annotations } })

describe('one operation for each change, with the parent that it needs', () => {
  test.for<[string, Change, unknown, object]>([
    [
      'a hook with its lifecycle',
      hook(0),
      BARE,
      { op: 'add', path: `${APP}/lifecycle`, value: { preStop: NATIVE } },
    ],
    [
      'a hook in a lifecycle',
      hook(1),
      BARE,
      { op: 'add', path: '/spec/template/spec/containers/1/lifecycle/preStop', value: NATIVE },
    ],
    [
      'a hook in exec form',
      hook(0, 'exec'),
      BARE,
      { op: 'add', path: `${APP}/lifecycle`, value: { preStop: IN_SHELL } },
    ],
    [
      'another hook',
      { kind: 'replace-hook', container: 0, form: 'sleep', sleep: s(45) },
      BARE,
      { op: 'replace', path: `${APP}/lifecycle/preStop`, value: NATIVE },
    ],
    [
      'no hook',
      { kind: 'remove-hook', container: 0, from: 'preStop' },
      BARE,
      { op: 'remove', path: `${APP}/lifecycle/preStop` },
    ],
    [
      'no lifecycle',
      { kind: 'remove-hook', container: 0, from: 'lifecycle' },
      BARE,
      { op: 'remove', path: `${APP}/lifecycle` },
    ],
    [
      'one handler less',
      { kind: 'remove-handler', container: 0, form: 'exec' },
      BARE,
      { op: 'remove', path: `${APP}/lifecycle/preStop/exec` },
    ],
    [
      'a grace period',
      { kind: 'set-grace', from: undefined, to: s(75) },
      BARE,
      { op: 'add', path: '/spec/template/spec/terminationGracePeriodSeconds', value: 75 },
    ],
    [
      'another grace period',
      { kind: 'set-grace', from: s(30), to: s(75) },
      BARE,
      { op: 'replace', path: '/spec/template/spec/terminationGracePeriodSeconds', value: 75 },
    ],
    [
      'no grace period',
      { kind: 'remove-grace', from: s(75) },
      BARE,
      { op: 'remove', path: '/spec/template/spec/terminationGracePeriodSeconds' },
    ],
    [
      'a probe’s grace',
      { kind: 'set-probe-grace', container: 0, probe: 'livenessProbe', from: undefined, to: s(30) },
      BARE,
      { op: 'add', path: `${APP}/livenessProbe/terminationGracePeriodSeconds`, value: 30 },
    ],
    [
      'another one',
      { kind: 'set-probe-grace', container: 0, probe: 'startupProbe', from: s(20), to: s(30) },
      BARE,
      { op: 'replace', path: `${APP}/startupProbe/terminationGracePeriodSeconds`, value: 30 },
    ],
    [
      'no probe’s grace',
      { kind: 'remove-probe-grace', container: 0, probe: 'startupProbe' },
      BARE,
      { op: 'remove', path: `${APP}/startupProbe/terminationGracePeriodSeconds` },
    ],
    [
      'a record without metadata',
      record,
      { spec: {} },
      {
        op: 'add',
        path: '/spec/template/metadata',
        value: { annotations: { 'slackwater.dev/injected': '{}' } },
      },
    ],
    [
      'a record without annotations',
      record,
      BARE,
      { op: 'add', path: '/spec/template/metadata/annotations', value: { 'slackwater.dev/injected': '{}' } },
    ],
    ['a record beside others', record, annotated({ other: '' }), { op: 'add', path: RECORD, value: '{}' }],
    [
      'another record',
      record,
      annotated({ 'slackwater.dev/injected': '' }),
      { op: 'replace', path: RECORD, value: '{}' },
    ],
    ['no record', { kind: 'remove-record', from: 'annotation' }, BARE, { op: 'remove', path: RECORD }],
    [
      'no annotations',
      { kind: 'remove-record', from: 'annotations' },
      BARE,
      { op: 'remove', path: '/spec/template/metadata/annotations' },
    ],
  ])('%s', ([, change, raw, operation]) => {
    expect(operations(change, raw)).toEqual([operation])
  })

  test('in a Pod the template is the object itself', () => {
    expect(operations(hook(0), BARE, TEMPLATE_PATH.pod)).toMatchObject([
      { path: '/spec/containers/0/lifecycle' },
    ])
  })
})
