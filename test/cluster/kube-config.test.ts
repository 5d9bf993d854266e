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

describe('a context that leads to no cluster', () => {
  const contexts = [{ name: 'prod', context: { cluster: 'gone', user: 'me' } }]
  const problemOf = (current: string, context?: string): unknown => {
    const config = JSON.stringify({ 'current-context': current, clusters: [], contexts, users: [] })
    return loadKubeConfig({ kubeconfig: `${folderOf({ config })}/config`, context })
  }

  test.for<[string, string, string | undefined, string]>([
    ['none is current', '', undefined, 'the kubeconfig has no current context: give --context'],
    ['the current one is not there', 'old', undefined, 'there is no context old; there are prod'],
    ['the one asked for is not there', 'prod', 'test', 'there is no context test; there are prod'],
    [
      'its cluster is not there',
      'prod',
      undefined,
      'context prod names the cluster gone, which is not in the kubeconfig',
    ],
  ])('%s', ([, current, context, problem]) => {
    expect(problemOf(current, context)).toEqual({ ok: false, problem })
  })
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
    expect(loadKubeConfig({})).toEqual({ ok: false, problem: `kubeconfig: ${problem}` })
  })

  test('a text that is no YAML is named in one line', () => {
    const loaded = loadKubeConfig({ kubeconfig: `${folder}/users` })
    expect(loaded.ok ? '' : loaded.problem).toMatch(/^[^\n]+$/)
  })
})
