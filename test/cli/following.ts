import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { stringify } from 'yaml'
import { folderOf } from './run.ts'

/** A kubeconfig that leads to an API server of this machine. */
export const kubeconfig = (port: number): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    clusters: [
      { name: 'fake', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } },
    ],
    users: [{ name: 'nobody', user: {} }],
    contexts: [{ name: 'here', context: { cluster: 'fake', user: 'nobody' } }],
  })

export interface Following {
  readonly port: number
  readonly healthPort: number
  /** Every line of its log so far. */
  readonly lines: readonly Readonly<Record<string, unknown>>[]
  readonly signal: () => void
  /** @returns the exit code. */
  readonly stop: () => Promise<number>
}

/** The built program, following an API server over HTTP as a kubeconfig tells it; self-signed, unless options say otherwise. */
export async function startFollowing(apiPort: number, ...options: readonly string[]): Promise<Following> {
  const folder = folderOf({ config: kubeconfig(apiPort) })
  const fixed = ['--host', '127.0.0.1', '--port', '0', '--health-port', '0', '--drain-delay', '0']
  const certificate = options.includes('--certificate-secret') ? [] : ['--self-signed']
  const args = ['serve', '--kubeconfig', path.join(folder, 'config'), ...certificate, ...fixed, ...options]
  const child = spawn(process.execPath, [path.resolve('dist/main.js'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: Readonly<Record<string, unknown>>[] = []
  const { port, healthPort } = await listening(child, lines)
  return {
    port,
    healthPort,
    lines,
    signal: () => void child.kill('SIGTERM'),
    stop: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      return (await ended)[0]
    },
  }
}

const listening = (
  child: ChildProcess,
  lines: Readonly<Record<string, unknown>>[],
): Promise<{ readonly port: number; readonly healthPort: number }> =>
  new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it listened`)))
    if (child.stdout === null) return
    createInterface(child.stdout).on('line', (text) => {
      const line = JSON.parse(text)
      lines.push(line)
      if (line.msg === 'listening') resolve(line)
    })
  })
