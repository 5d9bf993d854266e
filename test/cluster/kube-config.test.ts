import { KubeConfig } from '@kubernetes/client-node'
import { afterEach, expect, test, vi } from 'vitest'
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
