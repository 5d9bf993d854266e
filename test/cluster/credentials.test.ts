import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { RequestOptions } from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { KubeConfig, type User } from '@kubernetes/client-node'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { stringify } from 'yaml'
import { type ApiServer, apiServerOf } from '../../src/cluster/api-server.ts'
import { Credentials } from '../../src/cluster/credentials.ts'
import { isOfPod, loadKubeConfig } from '../../src/cluster/kube-config.ts'
import { createLiveInventory } from '../../src/cluster/live-inventory.ts'
import { TIMING } from '../../src/cluster/reflector.ts'
import { tokenFiles, withTokenFile } from '../../src/cluster/token-file.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'
import { folderOf } from '../cli/run.ts'
import { BUILT_IN, FakeApiServer, SERVICES } from './fake-api-server.ts'

let server: FakeApiServer
let port: number
/** The only token that the server knows. */
let valid: string
/** Every `Authorization` that was shown. */
let shown: (string | undefined)[]

beforeEach(async () => {
  server = new FakeApiServer()
  server.serve(...BUILT_IN)
  shown = []
  server.authenticated = (authorization) => {
    shown.push(authorization)
    return authorization === `Bearer ${valid}`
  }
  port = await server.start()
})

afterEach(async () => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
  await server.stop()
})

const signal = new AbortController().signal

async function statusOf(api: ApiServer): Promise<number> {
  const { status, body } = await api.get(SERVICES, { limit: '1' }, signal)
  for await (const _ of body);
  return status
}

const configText = (user: object): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    clusters: [
      { name: 'fake', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } },
    ],
    users: [{ name: 'somebody', user }],
    contexts: [{ name: 'here', context: { cluster: 'fake', user: 'somebody' } }],
  })

function apiOf(kubeconfig: string | undefined): ApiServer {
  const loaded = loadKubeConfig({ kubeconfig })
  if (!loaded.ok) throw new Error(loaded.problem)
  expect(loaded.inPod).toBe(false)
  return apiServerOf(loaded.config)
}

describe('the ServiceAccount of the Pod', () => {
  /** As the library finds it, but over HTTP; and the file with the token. */
  function serviceAccount(token: string) {
    vi.stubEnv('KUBERNETES_SERVICE_HOST', '127.0.0.1')
    vi.stubEnv('KUBERNETES_SERVICE_PORT', String(port))
    const root = mkdtempSync(path.join(tmpdir(), 'slackwater-test-'))
    const folder = path.join(root, 'var/run/secrets/kubernetes.io/serviceaccount')
    mkdirSync(folder, { recursive: true })
    const file = path.join(folder, 'token')
    writeFileSync(file, token)
    const config = new KubeConfig()
    config.loadFromCluster(root)
    config.clusters = [{ name: 'inCluster', server: `http://127.0.0.1:${port}`, skipTLSVerify: true }]
    expect(isOfPod(config)).toBe(true)
    return { config, file }
  }

  test('a token that is refused is read again at the next request', async () => {
    const { config, file } = serviceAccount('old')
    const api = apiServerOf(config)
    valid = 'old'
    expect(await statusOf(api)).toBe(200)
    valid = 'new'
    expect([await statusOf(api), await statusOf(api)], 'the file has the old one').toEqual([401, 401])
    writeFileSync(file, 'new')
    expect(await statusOf(api)).toBe(200)
  })

  test('a refused token ends no watch for good: served again at the next try, within 30 s', async () => {
    expect(TIMING.longestRetry, 'until the next try, at most; milliseconds').toBe(30_000)
    const { config, file } = serviceAccount('old')
    valid = 'old'
    const failures: string[] = []
    const leaving = new AbortController()
    const live = createLiveInventory({
      api: apiServerOf(config),
      settings: DEFAULT_SETTINGS,
      timing: { ...TIMING, firstRetry: 5, longestRetry: 20 },
      now: () => performance.now(),
      date: () => new Date(),
      random: () => 0,
      listener: { onFailure: (_, error) => void failures.push(String(error)), onUnreadable: () => undefined },
    })
    const running = live.run(leaving.signal)
    await vi.waitFor(() => expect(BUILT_IN.every((resource) => server.watching(resource))).toBe(true), {
      timeout: 40_000,
    })
    valid = 'new'
    for (const resource of BUILT_IN) server.breakWatches(resource)
    await vi.waitFor(
      () => expect(failures.filter((text) => text.includes('401')).length).toBeGreaterThan(20),
      { timeout: 40_000 },
    )
    expect(BUILT_IN.some((resource) => server.watching(resource))).toBe(false)
    writeFileSync(file, 'new')
    await vi.waitFor(() => expect(BUILT_IN.every((resource) => server.watching(resource))).toBe(true), {
      timeout: 40_000,
    })
    leaving.abort()
    await running
  })

  test('one that is rotated while the old one is still good: the new one is shown within a minute', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { config, file } = serviceAccount('old')
    const api = apiServerOf(config)
    valid = 'old'
    await statusOf(api)
    writeFileSync(file, 'new')
    vi.setSystemTime(Date.now() + 61_000)
    await statusOf(api)
    expect(shown).toEqual(['Bearer old', 'Bearer new'])
  })
})

describe('a plugin', () => {
  /** Gives the token `t1`, then `t2`, …: one more at each run, none of which says when it expires. */
  const SCRIPT = `
    const fs = require('node:fs')
    const file = process.argv[1]
    const run = Number(fs.readFileSync(file, 'utf8')) + 1
    fs.writeFileSync(file, String(run))
    const status = { token: 't' + run }
    console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status }))
  `

  function plugged(script = SCRIPT) {
    const folder = folderOf({ runs: '0' })
    const runs = path.join(folder, 'runs')
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: process.execPath,
      args: ['-e', script, runs],
    }
    const config = path.join(folder, 'config')
    writeFileSync(config, configText({ exec }))
    return { config, api: apiOf(config), runs: () => Number(readFileSync(runs, 'utf8')) }
  }

  test('is run once, and again after its token was refused', async () => {
    const { api, runs } = plugged()
    valid = 't1'
    expect([await statusOf(api), await statusOf(api), runs()]).toEqual([200, 200, 1])
    valid = 't2'
    expect([await statusOf(api), await statusOf(api), runs()]).toEqual([401, 200, 2])
  })

  test('is run once for many requests at the same time, and once for many refusals', async () => {
    const { api, runs } = plugged()
    const five = () => Promise.all(Array.from({ length: 5 }, () => statusOf(api)))
    valid = 't1'
    expect([await five(), runs()]).toEqual([Array(5).fill(200), 1])
    valid = 't2'
    expect([await five(), await five(), runs()]).toEqual([Array(5).fill(401), Array(5).fill(200), 2])
  })

  test('a refusal that comes late, of a token that is used no more, runs nothing', async () => {
    const { config, runs } = plugged()
    const loaded = loadKubeConfig({ kubeconfig: config })
    if (!loaded.ok) throw new Error(loaded.problem)
    const credentials = new Credentials(loaded.config)
    const first = await credentials.giveTo({})
    credentials.refused(first)
    await credentials.giveTo({})
    credentials.refused(first)
    const options: RequestOptions = {}
    await credentials.giveTo(options)
    expect([options.headers, runs()]).toEqual([{ Authorization: 'Bearer t2' }, 2])
  })

  test('that fails fails the request, without its words, which may hold a secret; and is run again', async () => {
    const failing = `const fs = require('node:fs'); const file = process.argv[1]
      if (fs.readFileSync(file, 'utf8') === '0') { fs.writeFileSync(file, '1'); console.error('refused: hunter2'); process.exit(1) }
      ${SCRIPT.replace("const fs = require('node:fs')", '').replace('const file = process.argv[1]', '')}`
    const { api } = plugged(failing)
    valid = 't2'
    await expect(statusOf(api)).rejects.toThrow(
      `no credentials from plugin ${process.execPath}: it failed; its output may contain secrets and is not shown: run it by hand to see why`,
    )
    expect(await statusOf(api)).toBe(200)
  })
})

describe('tokenFile of a kubeconfig', () => {
  test.for<readonly [string, object]>([
    ['alone', {}],
    ['beside a token', { token: 'of-the-kubeconfig' }],
    ['beside a plugin', { exec: { command: 'no-such-plugin', args: [] } }],
  ])(
    '%s: it wins, is found from the folder of the kubeconfig, and white space does not count',
    async ([, user]) => {
      const folder = folderOf({ token: 'of-the-file\n', config: configText({ ...user, tokenFile: 'token' }) })
      valid = 'of-the-file'
      expect(await statusOf(apiOf(path.join(folder, 'config')))).toBe(200)
    },
  )

  test('of a further file of KUBECONFIG', async () => {
    const folder = folderOf({
      one: stringify({ apiVersion: 'v1', kind: 'Config', 'current-context': 'here' }),
      two: configText({ tokenFile: 'token' }),
      token: 'of-the-file',
    })
    vi.stubEnv('KUBECONFIG', ['one', 'two'].map((name) => path.join(folder, name)).join(path.delimiter))
    valid = 'of-the-file'
    expect(await statusOf(apiOf(undefined))).toBe(200)
  })

  test('is read again after a refusal', async () => {
    const folder = folderOf({ token: 'old', config: configText({ tokenFile: 'token' }) })
    const api = apiOf(path.join(folder, 'config'))
    valid = 'old'
    expect(await statusOf(api)).toBe(200)
    valid = 'new'
    writeFileSync(path.join(folder, 'token'), 'new')
    expect([await statusOf(api), await statusOf(api)]).toEqual([401, 200])
  })

  test('without the file the token of the kubeconfig does; without that it is said', async () => {
    const config = (user: object) =>
      path.join(folderOf({ config: configText({ ...user, tokenFile: 'gone' }) }), 'config')
    valid = 'of-the-kubeconfig'
    expect(await statusOf(apiOf(config({ token: valid })))).toBe(200)
    await expect(statusOf(apiOf(config({})))).rejects.toThrow(/gone/)
  })

  test('a tokenFile that is no text is told', () => {
    const file = path.join(folderOf({ config: configText({ tokenFile: 7 }) }), 'config')
    expect(loadKubeConfig({ kubeconfig: file })).toEqual({
      ok: false,
      problem: expect.stringMatching(/users\[0\]\.user\.tokenFile: expected a string/),
    })
  })

  /** What is shown, `now` milliseconds after the start. */
  function reading(user: User, file: string) {
    let now = 0
    const authenticator = tokenFiles(() => now)
    return async (at: number): Promise<unknown> => {
      now = at
      const options = { headers: { accept: 'application/json' } }
      await authenticator.applyAuthentication(withTokenFile(user, file), options)
      return options.headers
    }
  }
  const bearing = (token: string) => ({ accept: 'application/json', Authorization: `Bearer ${token}` })

  test('is read again after a minute, and what was read goes on where it cannot be', async () => {
    const file = path.join(folderOf({ token: 'one' }), 'token')
    const at = reading({ name: 'u', token: 'of-the-kubeconfig' }, file)
    expect(await at(0)).toEqual(bearing('one'))
    writeFileSync(file, 'two')
    expect(await at(59_999)).toEqual(bearing('one'))
    expect(await at(60_000)).toEqual(bearing('two'))
    rmSync(file)
    expect(await at(120_000)).toEqual(bearing('two'))
    writeFileSync(file, ' \n')
    expect(await at(120_001)).toEqual(bearing('two'))
    writeFileSync(file, 'three')
    expect(await at(120_002)).toEqual(bearing('three'))
  })
})
