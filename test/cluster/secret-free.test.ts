import { describe, expect, test } from 'vitest'
import { apiServerOf } from '../../src/cluster/api-server.ts'
import { loadKubeConfig } from '../../src/cluster/kube-config.ts'
import { withoutUserinfo } from '../../src/cluster/secret-free.ts'
import { kubeconfig } from '../cli/following.ts'
import { folderOf } from '../cli/run.ts'

const signal = new AbortController().signal

const fileOf = (text: string): string => `${folderOf({ config: text })}/config`

/** Everything that a kubeconfig is refused with. */
function problemOf(text: string): string {
  const loaded = loadKubeConfig({ kubeconfig: fileOf(text) })
  return loaded.ok ? '' : loaded.problem
}

test.for([
  ['https://10.0.0.1:6443', 'https://10.0.0.1:6443'],
  ['https://admin:hunter2@10.0.0.1:6443', 'https://10.0.0.1:6443'],
  ['https://hunter2@10.0.0.1:6443/k8s/clusters/c', 'https://10.0.0.1:6443/k8s/clusters/c'],
  ['https://admin:hunter2@10.0.0.1:no-port', 'https://10.0.0.1:no-port'],
])('%s is shown as %s', ([url = '', shown]) => {
  expect(withoutUserinfo(url)).toBe(shown)
})

describe('a kubeconfig', () => {
  const good = kubeconfig(1)

  test('with a password in its server is used with it, and shown without', () => {
    const text = good.replace('http://127', 'http://admin:hunter2@127')
    const loaded = loadKubeConfig({ kubeconfig: fileOf(text) })
    expect(loaded).toMatchObject({ ok: true, server: 'http://127.0.0.1:1' })
    if (loaded.ok) expect(loaded.config.getCurrentCluster()?.server).toContain('hunter2')
  })

  test.for<[string, string, RegExp]>([
    [
      'whose YAML is broken beside a token',
      good.replace('user: {}', 'user: { token: hunter2'),
      /: expected a kubeconfig in YAML or JSON, line \d+ is neither$/,
    ],
    [
      'whose token is an alias',
      good.replace('user: {}', 'user: { token: *hunter2 }'),
      /: expected a kubeconfig/,
    ],
    ['that is JSON, and broken', '{"users":[{"user":{"token":"hunter2"}}', /: expected a kubeconfig/],
    [
      'whose server is not a URL',
      good.replace('http://127.0.0.1:1', 'https://admin:hunter2@host:port'),
      /^server of the kubeconfig is not a URL: https:\/\/host:port$/,
    ],
    [
      'whose proxy is not a URL',
      good.replace('cluster:\n      server', 'cluster:\n      proxy-url: http://u:hunter2@p:q\n      server'),
      /^proxy-url of the kubeconfig is not a URL: http:\/\/p:q$/,
    ],
  ])('%s is refused without a word of the secret', ([, text, expected]) => {
    expect(text).toContain('hunter2')
    expect(problemOf(text)).toMatch(expected)
    expect(problemOf(text)).not.toContain('hunter2')
  })
})

/** Why a request fails, with the error and everything that a log would show of it. */
async function failureOf(user: string, server = 'http://127.0.0.1:1'): Promise<string> {
  const text = kubeconfig(1).replace('user: {}', `user: ${user}`).replace('http://127.0.0.1:1', server)
  const loaded = loadKubeConfig({ kubeconfig: fileOf(text) })
  if (!loaded.ok) throw new Error(loaded.problem)
  try {
    await apiServerOf(loaded.config).get('/api', {}, signal)
  } catch (error) {
    const all = error instanceof Error ? { ...error, stack: error.stack, cause: error.cause } : {}
    return `${error instanceof Error ? error.message : error}\n${JSON.stringify(all)}`
  }
  throw new Error('it was answered')
}

const plugin = (script: string): string =>
  JSON.stringify({
    exec: { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: ['-e', script] },
  })

describe('what a plugin prints reaches no log', () => {
  test.for([
    ['to standard error, and fails', 'console.error("hunter2"); process.exit(1)'],
    ['to standard output, and it is no JSON', 'console.log("hunter2 is the token")'],
    ['JSON that is no credential', 'console.log(JSON.stringify("hunter2"))'],
  ])('%s', async ([, script = '']) => {
    const failure = await failureOf(plugin(script))
    expect(failure).toMatch(/^no credentials from plugin .*: it failed; its output may contain secrets/)
    expect(failure).not.toContain('hunter2')
  })

  test('one that is not there is named', async () => {
    expect(await failureOf('{ exec: { command: no-such-plugin } }')).toMatch(
      /^no credentials from plugin no-such-plugin: it is not installed, or not on the PATH\n/,
    )
  })
})

test('a server that cannot be reached is named without its password', async () => {
  const failure = await failureOf('{}', 'http://admin:hunter2@127.0.0.1:1')
  expect(failure).toContain('ECONNREFUSED')
  expect(failure).not.toContain('hunter2')
})
