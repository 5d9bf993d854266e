import { describe, expect, test } from 'vitest'
import { containerProcesses } from '../../src/kubernetes/container-processes.ts'

const workload = (spec: unknown) => ({ kind: 'Deployment', spec: { template: { spec } } })

test('command, then arguments; the last variable of a name; ports', () => {
  const container = {
    name: 'app',
    command: ['gunicorn', 'app'],
    args: ['--keep-alive', '2'],
    env: [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
      { name: 'B' },
      { name: 'C', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
    ],
    ports: [{ containerPort: 80 }],
  }
  const expected = {
    container: 'app',
    words: ['gunicorn', 'app', '--keep-alive', '2'],
    hasCommand: true,
    variables: new Map([
      ['A', '2'],
      ['B', ''],
      ['C', null],
    ]),
    hasPorts: true,
    isSidecar: false,
  }
  expect(containerProcesses('workload', workload({ containers: [container] }))).toEqual([expected])
  expect(containerProcesses('pod', { kind: 'Pod', spec: { containers: [container] } })).toEqual([expected])
})

test('without a command the arguments are of the image', () => {
  const [one] = containerProcesses('workload', workload({ containers: [{ name: 'app', args: ['-v'] }] }))
  expect(one).toMatchObject({ words: ['-v'], hasCommand: false })
})

test('of the init containers only native sidecars', () => {
  const initContainers = [{ name: 'migrate' }, { name: 'proxy', restartPolicy: 'Always' }]
  const processes = containerProcesses(
    'workload',
    workload({ containers: [{ name: 'app' }], initContainers }),
  )
  expect(processes.map(({ container, isSidecar }) => [container, isSidecar])).toEqual([
    ['app', false],
    ['proxy', true],
  ])
})

describe('what has another shape is passed over', () => {
  test.for<[string, unknown, number]>([
    ['no object', null, 0],
    ['no spec', {}, 0],
    ['containers that are no list', workload({ containers: 'app' }), 0],
    ['a container that is none', workload({ containers: [null, 7] }), 2],
    [
      'words and variables that are none',
      workload({ containers: [{ name: 5, command: 'sh', args: [1, null], env: [{ value: 'a' }, 3, null] }] }),
      1,
    ],
    ['a value that is no text', workload({ containers: [{ env: [{ name: 'A', value: 5 }] }] }), 1],
  ])('%s', ([, raw, count]) => {
    const processes = containerProcesses('workload', raw)
    expect(processes).toHaveLength(count)
    expect(processes.flatMap(({ words, variables }) => [...words, ...variables.values()])).toEqual(
      processes.flatMap(({ variables }) => [...variables.values()]).map(() => null),
    )
  })
})
