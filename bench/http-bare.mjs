/**
 * The least that an admission webhook can be: `node:https`, takes the whole body, parses it, reads the uid and the kind,
 * answers with what it was told. No check, no limit, no log, no metric, no other path.
 * Plain JavaScript: what takes types off a file at its start would stay in the memory of the process.
 * Arguments: port, certificate, key, and a file with a JSON list: the `response` of each number, without its uid.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'

const [port = '', cert = '', key = '', answers = ''] = process.argv.slice(2)
const answerAt = JSON.parse(readFileSync(answers, 'utf8'))

createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const { kind, request: asked } = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    const isReview = kind === 'AdmissionReview' && typeof asked.uid === 'string'
    const answer = isReview ? answerAt[Number.parseInt(request.url?.slice(1) ?? '', 10)] : undefined
    const body = JSON.stringify({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: asked.uid, ...answer },
    })
    response.writeHead(answer === undefined ? 400 : 200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    })
    response.end(body)
  })
}).listen(Number(port), '127.0.0.1')
