import path from 'node:path'
import { expect, test } from 'vitest'
import { folderOf, slackwater } from './run.ts'

/** What a command says where nothing leads to a cluster: advice that it can be given, with options that it has. */

const home = folderOf({})
const nowhere = { env: { HOME: home, KUBECONFIG: '', KUBERNETES_SERVICE_HOST: '' } }
const optionsIn = (text: string): readonly string[] => text.match(/--[a-z][-a-z]+/g) ?? []

test.for([
  ['serve', ['--self-signed'], ['--kubeconfig', '--manifests']],
  ['report', [], ['--kubeconfig', '--address']],
  ['explain', ['deploy/web'], ['--kubeconfig', '--filename']],
  ['remove', ['-A', '--dry-run'], ['--kubeconfig']],
  ['audit', ['--context', 'prod'], ['--kubeconfig']],
] as const)('%s', ([command, args, advised]) => {
  const { code, out, err } = slackwater([command, ...args], nowhere)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(/^error: no cluster: give --kubeconfig, (?:or )?set KUBECONFIG/)
  expect(optionsIn(err)).toEqual(advised)
  expect(optionsIn(slackwater([command, '--help']).out)).toEqual(expect.arrayContaining([...advised]))
})

test('a file of KUBECONFIG that is not there is named', () => {
  const missing = path.join(home, 'missing')
  const env = { ...nowhere.env, KUBECONFIG: missing }
  expect(slackwater(['report'], { env })).toMatchObject({ code: 2, err: expect.stringContaining(missing) })
})
