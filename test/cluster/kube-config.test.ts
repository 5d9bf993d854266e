import { execFileSync } from 'node:child_process'
import { truncateSync } from 'node:fs'
import https, { type RequestOptions } from 'node:https'
import path from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { isOfPod, loadKubeConfig } from '../../src/cluster/kube-config.ts'
import { kubeconfig } from '../cli/following.ts'
import { folderOf } from '../cli/run.ts'

afterEach(() => vi.unstubAllEnvs())

test('what the library makes of a ServiceAccount is known as our own Pod’s', () => {
  vi.stubEnv('KUBERNETES_SERVICE_HOST', '10.0.0.1')
  vi.stubEnv('KUBERNETES_SERVICE_PORT', '443')
  const config = new KubeConfig()
  config.loadFromCluster()
  expect(isOfPod(config)).toBe(true)
})

test.for(['a file that is named', 'KUBECONFIG'])('%s is not, wherever we run', (how) => {
  vi.stubEnv('KUBERNETES_SERVICE_HOST', '10.0.0.1')
  const file = `${folderOf({ config: kubeconfig(1) })}/config`
  if (how === 'KUBECONFIG') vi.stubEnv('KUBECONFIG', file)
  const loaded = loadKubeConfig(how === 'KUBECONFIG' ? {} : { kubeconfig: file })
  expect(loaded).toMatchObject({ ok: true, inPod: false })
})

test('an address without TLS is taken as kubectl takes it: that of kubectl proxy', async () => {
  const servers = { proxy: 'http://127.0.0.1:8001', real: 'https://127.0.0.1:6443' }
  const file = path.join(
    folderOf({
      config: JSON.stringify({
        clusters: Object.entries(servers).map(([name, server]) => ({ name, cluster: { server } })),
        contexts: Object.keys(servers).map((name) => ({ name, context: { cluster: name, user: 'me' } })),
        users: [{ name: 'me', user: {} }],
      }),
    }),
    'config',
  )
  const optionsOf = async (context: string): Promise<RequestOptions> => {
    const loaded = loadKubeConfig({ kubeconfig: file, context })
    if (!loaded.ok) throw new Error(loaded.problem)
    const options: RequestOptions = {}
    await loaded.config.applyToHTTPSOptions(options)
    return options
  }
  expect((await optionsOf('proxy')).agent).not.toBeInstanceOf(https.Agent)
  const { agent, rejectUnauthorized } = await optionsOf('real')
  expect(agent).toBeInstanceOf(https.Agent)
  expect(rejectUnauthorized).not.toBe(false)
})

describe('what is no kubeconfig is refused before anybody waits for it', () => {
  const folder = folderOf({ large: '', users: 'users: [\n' })
  execFileSync('mkfifo', [`${folder}/pipe`])
  truncateSync(`${folder}/large`, 2 ** 20 + 1)

  test.for([
    [`${folder}/pipe`, 'expected a file'],
    ['/dev/zero', 'expected a file'],
    [folder, 'expected a file'],
    [`${folder}/large`, 'larger than the limit of 1048576 bytes'],
  ])('%s', ([file = '', problem]) => {
    expect(loadKubeConfig({ kubeconfig: file })).toEqual({ ok: false, problem: `${file}: ${problem}` })
    vi.stubEnv('KUBECONFIG', file)
    expect(loadKubeConfig({})).toEqual({ ok: false, problem: `${file}: ${problem}` })
  })

  test('a text that is no YAML is named in one line', () => {
    const loaded = loadKubeConfig({ kubeconfig: `${folder}/users` })
    expect(loaded.ok ? '' : loaded.problem).toMatch(/^[^\n]+$/)
  })
})

/** A kubeconfig of one cluster at this port; its context, cluster and user have this name. */
const named = (name: string, port: number): string =>
  kubeconfig(port).replaceAll('here', name).replaceAll('fake', name).replaceAll('nobody', name)

/** As a shell hands it on: `<(cat FILE)`. */
const throughPipe = (file: string): string => {
  const command = [process.execPath, path.resolve('test/cluster/load-kube-config.ts')].join(' ')
  return execFileSync('bash', ['-c', `${command} <(cat ${file})`], { encoding: 'utf8' })
}

test('what a shell gives for <(command) can be read once, and is read once', () => {
  const folder = folderOf({ config: kubeconfig(1) })
  expect(throughPipe(`${folder}/config`)).toBe('http://127.0.0.1:1')
})

// k8s.io/client-go/tools/clientcmd, ClientConfigLoadingRules: "The first file to set a particular value or map key wins."
describe('of several files in KUBECONFIG, as kubectl merges them,', () => {
  const folder = folderOf({
    one: named('one', 1),
    two: named('two', 2),
    alike: named('one', 3).replace('current-context: one', 'current-context: two'),
    empty: '# nothing\n---\n',
    contextless: named('three', 4).replace(/^current-context.*$/m, ''),
  })
  const load = (files: readonly string[], context?: string) => {
    vi.stubEnv('KUBECONFIG', files.map((file) => path.join(folder, file)).join(path.delimiter))
    return loadKubeConfig({ context })
  }

  test.for([
    { files: ['one', 'two'], why: 'the first current context counts', server: 'http://127.0.0.1:1' },
    { files: ['two', 'one'], why: 'the first current context counts', server: 'http://127.0.0.1:2' },
    { files: ['contextless', 'two'], why: 'one without counts for nothing', server: 'http://127.0.0.1:2' },
    { files: ['one', 'alike'], why: 'the first cluster of a name counts', server: 'http://127.0.0.1:1' },
    { files: ['alike', 'one', 'two'], why: 'a context of a later file', server: 'http://127.0.0.1:2' },
    { files: ['gone', 'two'], why: 'one that does not exist is left out', server: 'http://127.0.0.1:2' },
    { files: ['empty', 'two'], why: 'an empty one is one', server: 'http://127.0.0.1:2' },
  ])('$files: $why', ({ files, server }) => {
    expect(load(files)).toMatchObject({ ok: true, server })
  })

  test('all that do not exist are named', () => {
    const problem = `KUBECONFIG names no file that exists: ${folder}/gone, ${folder}/lost`
    expect(load(['gone', 'lost'])).toEqual({ ok: false, problem })
  })

  test('none that has a cluster is no cluster', () => {
    expect(load(['empty'])).toEqual({
      ok: false,
      problem: 'no cluster: give --kubeconfig, or set KUBECONFIG',
    })
  })

  test('the contexts of all may be chosen, in their order', () => {
    expect(load(['two', 'one'], 'one')).toMatchObject({ ok: true, server: 'http://127.0.0.1:1' })
    const problem = 'there is no context three; there are two, one'
    expect(load(['two', 'one'], 'three')).toEqual({ ok: false, problem })
  })
})

describe('what a context names and the kubeconfig lacks is said', () => {
  test.for([
    ['cluster: fake', 'context here names cluster lost, which is not in the kubeconfig'],
    ['user: nobody', 'context here names user lost, which is not in the kubeconfig'],
    ['current-context: here', 'there is no context lost; there are here'],
  ])('%s', ([line = '', problem]) => {
    const folder = folderOf({ config: kubeconfig(1).replace(line, line.replace(/: .*/, ': lost')) })
    expect(loadKubeConfig({ kubeconfig: `${folder}/config` })).toEqual({ ok: false, problem })
  })

  test('no current context: those that there are', () => {
    const folder = folderOf({ config: kubeconfig(1).replace(/^current-context.*$/m, '') })
    const problem = 'the kubeconfig has no current context: give --context; there are here'
    expect(loadKubeConfig({ kubeconfig: `${folder}/config` })).toEqual({ ok: false, problem })
  })

  test('a file that does not exist', () => {
    const file = `${folderOf({})}/config`
    expect(loadKubeConfig({ kubeconfig: file })).toEqual({ ok: false, problem: `${file}: no such file` })
  })
})
