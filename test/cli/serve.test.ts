import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { shop } from './manifests.ts'
import { folderOf, slackwater } from './run.ts'

const serve = (cwd: string, ...args: readonly string[]) =>
  slackwater(['serve', '--manifests', 'web.yaml', '--host', '127.0.0.1', ...args], { cwd })

const folder = folderOf({ 'web.yaml': shop(), 'no.pem': 'no certificate' })

test.for<[string, readonly string[], string]>([
  [
    'no certificate',
    [],
    'error: no certificate: give --tls-cert and --tls-key, in a cluster --certificate-secret, or --self-signed for testing\n',
  ],
  [
    'a file that is not there',
    ['--tls-cert', 'gone.pem', '--tls-key', 'no.pem'],
    'error: gone.pem: cannot be read\n',
  ],
  [
    'a file that holds none',
    ['--tls-cert', 'no.pem', '--tls-key', 'no.pem'],
    'error: no.pem: expected a certificate in PEM\n',
  ],
])('refuses to start with %s', ([, args, expected]) => {
  const { code, err } = serve(folder, ...args)
  expect([code, err]).toEqual([2, expected])
})

test('refuses to answer from manifests that it could not read whole', () => {
  const broken = folderOf({ 'web.yaml': `${shop()}---\nkind: [\n` })
  const { code, err } = serve(broken, '--self-signed')
  expect(code).toBe(2)
  expect(err).toMatch(/^error: web\.yaml:\d+:\d+: /)
})

test('says which port it cannot have', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const address = taken.address()
  const port = typeof address === 'object' && address !== null ? String(address.port) : ''
  const { code, err } = serve(folder, '--self-signed', '--port', port, '--health-port', '0')
  taken.close()
  expect([code, err]).toEqual([2, `error: listen EADDRINUSE: address already in use 127.0.0.1:${port}\n`])
})

test.for<[string, readonly string[], string]>([
  [
    'names of clients without their CA',
    ['--client-name', 'kube-apiserver'],
    'error: --client-name needs --client-ca: the CA that signs these names\n',
  ],
  ['a CA that is not there', ['--client-ca', 'gone.pem'], 'error: gone.pem: cannot be read\n'],
  ['a CA that is none', ['--client-ca', 'no.pem'], 'error: no.pem: expected CA certificates in PEM\n'],
])('refuses to start with %s', ([, args, expected]) => {
  const { code, err } = serve(folder, '--self-signed', ...args)
  expect([code, err]).toEqual([2, expected])
})

test.for([
  ['--max-inflight-mib', '7', 'It must be at least 8: one admission review may be that large.'],
  ['--max-connections', '0', 'It must be at least 1.'],
])('refuses %s %s', ([option = '', value = '', problem]) => {
  const { code, err } = serve(folder, '--self-signed', option, value)
  expect(code).toBe(2)
  expect(err).toContain(problem)
})
