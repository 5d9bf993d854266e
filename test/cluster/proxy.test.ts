import { once } from 'node:events'
import { createServer as createHttp } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { KubeConfig } from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { selfSigned } from '../../src/certificates/self-signed.ts'
import { apiServerOf } from '../../src/cluster/api-server.ts'
import { jsonOf } from '../../src/cluster/json-lines.ts'

/** An API server with a certificate of its own, behind a proxy that opens tunnels (HTTP CONNECT). */

const tunnels: string[] = []
const proxy = createHttp()
let config: KubeConfig
let close: () => void

const portOf = (server: { address(): AddressInfo | string | null }): number =>
  (server.address() as AddressInfo).port

beforeAll(async () => {
  const { cert, key } = await selfSigned(['localhost'])
  const server = createHttps({ cert, key }, (_, response) => void response.end('{"gitVersion":"v1"}'))
  proxy.on('connect', ({ url = '' }, socket) => {
    tunnels.push(url)
    const far = connect(portOf(server), 'localhost', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      far.pipe(socket).pipe(far)
    })
    socket.on('error', () => far.destroy())
    far.on('error', () => socket.destroy())
  })
  for (const one of [server, proxy]) {
    one.listen(0, 'localhost')
    await once(one, 'listening')
  }
  config = new KubeConfig()
  const caData = Buffer.from(cert).toString('base64')
  config.loadFromClusterAndUser(
    { name: 'far', server: `https://localhost:${portOf(server)}`, caData, skipTLSVerify: false },
    { name: 'nobody' },
  )
  close = () => {
    for (const one of [server, proxy]) {
      one.closeAllConnections()
      one.close()
    }
  }
})
afterAll(() => close())

test.for<[string, Readonly<Record<string, string>> | undefined, number]>([
  [
    'a proxy that the environment names: its tunnel, and the certificate is still checked',
    { HTTPS_PROXY: 'here' },
    1,
  ],
  ['a host that NO_PROXY excepts: directly', { HTTPS_PROXY: 'here', NO_PROXY: 'localhost' }, 0],
  ['no variables: directly', undefined, 0],
])('%s', async ([, variables, wanted]) => {
  tunnels.length = 0
  const address = `http://localhost:${portOf(proxy)}`
  const env = variables && { ...variables, HTTPS_PROXY: address }
  const answer = await apiServerOf(config, env).get('/version', {}, AbortSignal.timeout(40_000))
  expect(await jsonOf(answer.body)).toEqual({ gitVersion: 'v1' })
  expect(tunnels).toHaveLength(wanted)
})
