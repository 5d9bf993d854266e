import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import path from 'node:path'
import { createServer } from 'node:tls'
import { selfSigned } from '../src/certificates/self-signed.ts'
import { pathOf } from '../src/cluster/resources.ts'
import { KINDS } from '../src/kubernetes/kinds.ts'
import { FakeApiServer, type FakeObject } from '../test/cluster/fake-api-server.ts'
import { objectsOf } from './cluster.ts'

/**
 * A process that plays an API server over TLS, with a small cluster. Argument: a folder, for the certificate of whoever
 * serves, and `sa` in it for the ServiceAccount. It tells its port.
 */

const [folder = ''] = process.argv.slice(2)
/** Services with an Ingress each. */
const EXPOSURES = 20

const { cert, key } = await selfSigned(['localhost', '127.0.0.1'])
const files = {
  'tls.crt': cert,
  'tls.key': key,
  'sa/ca.crt': cert,
  'sa/token': 'bench',
  'sa/namespace': 'slackwater',
}
for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text)

const api = new FakeApiServer()
const listOf = (kind: (typeof KINDS)[number]): string => pathOf(kind, kind.versions[0] ?? '')
api.serve(...KINDS.filter(({ builtIn }) => builtIn).map(listOf))
api.serve('/apis/coordination.k8s.io/v1/leases', '/apis/events.k8s.io/v1/events')
for (const object of objectsOf(EXPOSURES) as readonly (FakeObject & { readonly kind: string })[]) {
  const kind = KINDS.find((one) => one.kind === object.kind)
  if (kind !== undefined) api.put(listOf(kind), object)
}
const port = await api.start()

const server = createServer({ cert, key }, (client) => {
  const upstream = connect(port, '127.0.0.1')
  client.pipe(upstream).pipe(client)
  client.on('error', () => upstream.destroy())
  upstream.on('error', () => client.destroy())
}).listen(0, '127.0.0.1')
await once(server, 'listening')
process.send?.((server.address() as AddressInfo).port)
