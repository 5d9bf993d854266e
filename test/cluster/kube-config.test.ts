import { execFileSync } from 'node:child_process'
import { truncateSync } from 'node:fs'
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

test.for([
  ['http://127.0.0.1:8001', true],
  ['https://127.0.0.1:6443', undefined],
] as const)(
  '%s: kubectl proxy has no TLS to verify; where there is TLS, it is verified',
  async ([server, skips]) => {
    const text = JSON.stringify({
      clusters: [{ name: 'here', cluster: { server } }],
      users: [{ name: 'somebody', user: {} }],
      contexts: [{ name: 'here', context: { cluster: 'here', user: 'somebody' } }],
      'current-context': 'here',
    })
    const loaded = loadKubeConfig({ kubeconfig: `${folderOf({ config: text })}/config` })
    if (!loaded.ok) throw new Error(loaded.problem)
    expect(loaded.config.getCurrentCluster()?.skipTLSVerify || undefined).toBe(skips)
    await loaded.config.applyToHTTPSOptions({})
  },
)

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
