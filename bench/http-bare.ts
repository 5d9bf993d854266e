/**
 * The least that an admission webhook can be: `node:https`, parses the review, answers a constant patch.
 * Arguments: port, certificate, key, and a file with the patch for each path, in base64.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'

const [port = '', cert = '', key = '', patches = ''] = process.argv.slice(2)
const patchAt: Readonly<Record<string, string>> = JSON.parse(readFileSync(patches, 'utf8'))

createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const review = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    const { uid } = review.request
    const patch = patchAt[request.url ?? '']
    const body = JSON.stringify({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid, allowed: true, patchType: 'JSONPatch', patch },
    })
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    response.end(body)
  })
}).listen(Number(port), '127.0.0.1')
