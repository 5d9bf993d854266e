import { spawn } from 'node:child_process'
import { request } from 'node:https'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { HOSTILE, obeyed } from './hostile.ts'
import { shop } from './manifests.ts'
import { folderOf } from './run.ts'

const name = `web${HOSTILE}`
const review = {
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: {
    uid: `u-1${HOSTILE}`,
    kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
    operation: 'CREATE',
    name,
    namespace: 'shop',
    object: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: 'shop' },
      spec: HOSTILE,
    },
  },
}

test('a log line shows what a request holds, and reads as the same data', async () => {
  const folder = folderOf({ 'web.yaml': shop() })
  const where = ['--host', '127.0.0.1', '--port', '0', '--health-port', '0', '--drain-delay', '0']
  const args = ['serve', '--manifests', folder, '--self-signed', '--log-level', 'debug', ...where]
  const child = spawn(process.execPath, [path.resolve('dist/main.js'), ...args])
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    const { msg, port } = JSON.parse(line)
    if (msg === 'listening') {
      await post(port, JSON.stringify(review))
      child.kill('SIGTERM')
    }
  }
  expect(lines.flatMap(obeyed)).toEqual([])
  expect(lines.map((line) => JSON.parse(line)).filter((one) => one.name === name)).toHaveLength(1)
})

/** Resolves once it has been answered. */
function post(port: number, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', host: '127.0.0.1', port, path: '/mutate', rejectUnauthorized: false }
    const headers = { 'content-type': 'application/json' }
    const sent = request({ ...options, headers }, (answer) => answer.resume().once('end', resolve))
    sent.once('error', reject).end(body)
  })
}
