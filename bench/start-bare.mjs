/** The least that can be started and be ready: `node:https`, and `node:http` for the probe. Takes the options of serve. */
import { readFileSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { createServer } from 'node:https'

const option = (name) => process.argv[process.argv.indexOf(name) + 1] ?? ''

const tls = { cert: readFileSync(option('--tls-cert')), key: readFileSync(option('--tls-key')) }
createServer(tls, (_request, response) => response.end('{}')).listen(Number(option('--port')), '127.0.0.1')
createHttp((_request, response) => response.end('{}')).listen(Number(option('--health-port')), '127.0.0.1')
