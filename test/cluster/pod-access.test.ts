import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import type { RequestOptions } from 'node:https'
import path from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { apiServerOf } from '../../src/cluster/api-server.ts'
import { Credentials } from '../../src/cluster/credentials.ts'
import { PodAccess, podAccess } from '../../src/cluster/pod-access.ts'
import { folderOf } from '../cli/run.ts'

let folder: string

beforeEach(() => {
  folder = folderOf({ token: 'one\n', 'ca.crt': 'a CA' })
  vi.stubEnv('KUBECONFIG', '')
  vi.stubEnv('HOME', folder)
  vi.stubEnv('KUBERNETES_SERVICE_HOST', '10.0.0.1')
  vi.stubEnv('KUBERNETES_SERVICE_PORT', '443')
})

afterEach(() => vi.unstubAllEnvs())

const optionsOf = async (access: PodAccess | KubeConfig): Promise<RequestOptions> => {
  const options: RequestOptions = { headers: { accept: 'application/json' } }
  await access.applyToHTTPSOptions(options)
  return options
}

describe('the ServiceAccount of a Pod, without the library', () => {
  test.for(['10.0.0.1', '2001:db8::1', 'kubernetes.default.svc'])(
    'at %s it is found at the same address, and gives requests the same',
    async (host) => {
      vi.stubEnv('KUBERNETES_SERVICE_HOST', host)
      const root = folderOf({})
      const mounted = path.join(root, 'var/run/secrets/kubernetes.io/serviceaccount')
      mkdirSync(mounted, { recursive: true })
      writeFileSync(path.join(mounted, 'token'), 'one')
      writeFileSync(path.join(mounted, 'ca.crt'), 'a CA')
      const library = new KubeConfig()
      library.loadFromCluster(root)
      const own = podAccess(mounted)
      if (own === undefined) throw new Error('not found')
      expect(own.getCurrentCluster().server).toBe(library.getCurrentCluster()?.server)
      const { agent: _, ...expected } = await optionsOf(library)
      expect(await optionsOf(own)).toEqual(expected)
    },
  )

  test('a kubeconfig comes first: the one that KUBECONFIG names, and that of the home folder', () => {
    expect(podAccess(folder)).toBeInstanceOf(PodAccess)
    vi.stubEnv('KUBECONFIG', '/some/file')
    expect(podAccess(folder)).toBeUndefined()
    vi.stubEnv('KUBECONFIG', '')
    mkdirSync(path.join(folder, '.kube'))
    writeFileSync(path.join(folder, '.kube', 'config'), '')
    expect(podAccess(folder)).toBeUndefined()
  })

  test.for([
    ['KUBERNETES_SERVICE_HOST', undefined],
    ['KUBERNETES_SERVICE_PORT', undefined],
    ['KUBERNETES_SERVICE_PORT', 'no-port'],
    ['KUBERNETES_SERVICE_PORT', '8080'],
  ] as const)('%s %s is left to the library', ([name, value]) => {
    vi.stubEnv(name, value)
    expect(podAccess(folder)).toBeUndefined()
  })

  test('without a token there is none', () => {
    rmSync(`${folder}/token`)
    expect(podAccess(folder)).toBeUndefined()
  })

  test('a CA that has changed holds for the next request', async () => {
    const access = new PodAccess('https://10.0.0.1', folder)
    expect(String((await optionsOf(access)).ca)).toBe('a CA')
    writeFileSync(`${folder}/ca.crt`, 'another')
    expect(String((await optionsOf(access)).ca)).toBe('another')
  })

  test('a token that was refused is read again, once for all who were refused', async () => {
    const credentials = new Credentials(new PodAccess('https://10.0.0.1', folder))
    const given = [await credentials.giveTo({}), await credentials.giveTo({})]
    writeFileSync(`${folder}/token`, 'two')
    const options: RequestOptions = {}
    await credentials.giveTo(options)
    expect(options.headers).toEqual({ Authorization: 'Bearer one' })
    for (const access of given) credentials.refused(access)
    const [third, fourth] = [await credentials.giveTo(options), await credentials.giveTo({})]
    expect(options.headers).toEqual({ Authorization: 'Bearer two' })
    expect([third === given[0], third === fourth]).toEqual([false, true])
  })

  test('one that is refused again while it is read is not read twice', async () => {
    const credentials = new Credentials(new PodAccess('https://10.0.0.1', folder))
    const first = await credentials.giveTo({})
    credentials.refused(first)
    const renewing = credentials.giveTo({})
    // Its turn has come, and the new ones are not there yet.
    await Promise.resolve()
    credentials.refused(first)
    const second = await renewing
    expect(second).not.toBe(first)
    expect(await credentials.giveTo({})).toBe(second)
  })

  test('nobody answers without TLS: the CA is asked for before the token is shown', async () => {
    rmSync(`${folder}/ca.crt`)
    const api = apiServerOf(new PodAccess('https://127.0.0.1:9', folder))
    await expect(api.get('/version', {}, new AbortController().signal)).rejects.toThrow(/ca\.crt/)
  })
})
