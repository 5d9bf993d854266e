import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { deployment, requestFor } from '../admission/world.ts'
import { reviewWith, send, whereTo } from '../server/app.ts'
import { shop } from './manifests.ts'
import { folderOf } from './run.ts'

/** The built program with a standard output that takes nothing. */

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}

let child: ChildProcess | undefined
afterEach(() => child?.kill('SIGKILL'))

/** Its log lines have a kB each: names as long as a log shows. */
const BODY = JSON.stringify(
  reviewWith(requestFor(deployment(), { name: 'n'.repeat(1000), namespace: 's'.repeat(1000) })),
)

async function expectServing(stdout: number, meanwhile: () => void = () => undefined): Promise<string> {
  const folder = folderOf({ 'web.yaml': shop() })
  const [port, healthPort] = [await freePort(), await freePort()]
  const fixed = ['--self-signed', '--host', '127.0.0.1', '--drain-delay', '0']
  const ports = ['--port', String(port), '--health-port', String(healthPort)]
  const args = [path.resolve('dist/main.js'), 'serve', '--manifests', 'web.yaml', ...fixed, ...ports]
  child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', stdout, 'inherit'] })
  const ended = once(child, 'exit')
  const metrics = async (): Promise<string> => (await fetch(`http://127.0.0.1:${healthPort}/metrics`)).text()
  await vi.waitFor(metrics, { timeout: 40_000 })
  meanwhile()
  // 200 kB of log and more: three times what a pipe holds.
  for (let i = 0; i < 250; i++) {
    const { status } = await send({ ...whereTo(port), headers: { 'content-type': 'application/json' } }, BODY)
    expect(status).toBe(200)
  }
  const text = await metrics()
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  return text
}

function pipe() {
  const file = path.join(folderOf({}), 'pipe')
  execFileSync('mkfifo', [file])
  const reader = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  return { reader, writer: openSync(file, constants.O_WRONLY) }
}

const DROPPED = /^slackwater_log_lines_dropped_total [1-9]\d*$/m

test('a full disk ends nothing, and is counted', async ({ skip }) => {
  skip(process.platform !== 'linux', 'needs /dev/full, which only Linux has')
  const stdout = openSync('/dev/full', 'w')
  expect(await expectServing(stdout)).toMatch(DROPPED)
  closeSync(stdout)
})

test('a pipe whose reader is gone ends nothing, and is counted', async () => {
  const { reader, writer } = pipe()
  expect(await expectServing(writer, () => closeSync(reader))).toMatch(DROPPED)
  closeSync(writer)
})

test('a pipe that nobody reads holds up neither an answer nor the end', async () => {
  const { reader, writer } = pipe()
  await expectServing(writer)
  closeSync(writer)
  closeSync(reader)
})
