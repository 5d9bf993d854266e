// Calls the webhook as the API server does: at the Service's address, with its name, over TLS, trusting only the CA of the
// webhook configuration.
import http from 'node:http'
import https from 'node:https'

const { SLACKWATER_HOST: servername, SLACKWATER_ADDRESS: hostname, SLACKWATER_CA: ca } = process.env
const { SLACKWATER_CLIENTS: clients } = process.env

// Slackwater does not handle ConfigMaps: the answer is yes, without a patch.
const review = JSON.stringify({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: {
    uid: 'helm-test',
    kind: { group: '', version: 'v1', kind: 'ConfigMap' },
    resource: { group: '', version: 'v1', resource: 'configmaps' },
    operation: 'CREATE',
    namespace: 'default',
    name: 'helm-test',
    userInfo: {},
    object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'helm-test', namespace: 'default' } },
    oldObject: null,
    dryRun: true,
  },
})

const ask = (protocol, options, body) =>
  new Promise((resolve, reject) => {
    const request = protocol.request({ hostname, servername, timeout: 5000, agent: false, ...options }, (answer) => {
      const chunks = []
      answer.on('data', (chunk) => chunks.push(chunk))
      answer.on('end', () => resolve({ status: answer.statusCode, text: Buffer.concat(chunks).toString() }))
    })
    request.on('timeout', () => request.destroy(new Error('no answer within 5 s')))
    request.on('error', reject)
    request.end(body)
  })

const ready = await ask(http, { port: 8080, path: '/readyz' })
console.log(`http://${servername}:8080/readyz: ${ready.status} ${ready.text}`)
if (ready.status !== 200) process.exit(1)

// The error comes only after the server's own certificate was trusted.
const WANTED = 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'
const orAskedForCertificate = (error) => {
  if (clients === undefined || error.code !== WANTED) throw error
  console.log('The webhook is reachable, its certificate is trusted, and it answers only clients with a certificate.')
  process.exit(0)
}

const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(review) }
const answer = await ask(
  https,
  { port: 443, path: '/mutate', method: 'POST', headers, ...(ca === undefined ? {} : { ca }) },
  review,
).catch(orAskedForCertificate)
console.log(`https://${servername}/mutate: ${answer.status} ${answer.text}`)
const { response } = JSON.parse(answer.text)
if (response?.uid !== 'helm-test' || response.allowed !== true) process.exit(1)
console.log('The webhook is reachable, its certificate is trusted, and it answers.')
