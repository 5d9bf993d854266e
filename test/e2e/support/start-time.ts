import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { NODE_FLAGS } from '../cluster/slackwater-image.ts'
import { cluster } from './cluster.ts'
import { RELEASE } from './installation.ts'

/** How long it takes to start, measured from outside. Milliseconds. */

/** A third replica beside the Pods of an installation, with their arguments: certificate and trust are there. */
const REPLICA = [
  ...NODE_FLAGS,
  path.resolve('dist/main.js'),
  'serve',
  ...['--kubeconfig', cluster.kubeconfig],
  ...['--certificate-secret', `${RELEASE}-certificates`, '--webhook-service', RELEASE],
  ...['--webhook-configuration', RELEASE, '--controller', '--drain-delay', '0'],
  ...['--host', '127.0.0.1', '--port', '0', '--health-port', '0', '--report-port', '0'],
]

/** From the start of the process until `/readyz` says so. @throws where it ends before. */
export async function startToReady(): Promise<number> {
  const from = performance.now()
  const child = spawn(process.execPath, REPLICA, { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const port = await healthPortOf(child)
    while ((await fetch(`http://127.0.0.1:${port}/readyz`)).status !== 200) await pause(5)
    return performance.now() - from
  } finally {
    child.kill()
    if (child.exitCode === null) await once(child, 'exit')
  }
}

/** Of Node.js alone, to compare with. */
export async function bareStart(): Promise<number> {
  const from = performance.now()
  await once(spawn(process.execPath, ['-e', '0']), 'exit')
  return performance.now() - from
}

async function healthPortOf({ stdout }: ChildProcess): Promise<unknown> {
  if (stdout === null) throw new Error('no output')
  for await (const line of createInterface({ input: stdout })) {
    const said = JSON.parse(line) as { readonly msg: string; readonly healthPort?: number }
    if (said.msg === 'listening') return said.healthPort
  }
  throw new Error('it ended before it listened')
}
