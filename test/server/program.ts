import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

/** What the server of these tests answers from: pods labelled `app: web` in `shop` stand behind an ALB. */
const MANIFESTS = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
  annotations:
    alb.ingress.kubernetes.io/target-type: ip
spec:
  ingressClassName: alb
  defaultBackend: { service: { name: web, port: { number: 80 } } }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
`

export interface Program {
  readonly port: number
  readonly healthPort: number
  /** Of its log so far. */
  readonly lines: readonly Readonly<Record<string, unknown>>[]
  readonly kill: (signal: 'SIGTERM' | 'SIGINT') => void
  /** The exit code once the process has ended; null where a signal killed it. */
  readonly ended: Promise<number | null>
  readonly stop: () => Promise<void>
}

/**
 * Starts the built program, as users do, and waits until it says on which ports it listens.
 * @param drainDelay seconds; undefined: it is not said.
 */
export async function startProgram(drainDelay?: number): Promise<Program> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slackwater-'))
  const manifests = path.join(folder, 'shop.yaml')
  await writeFile(manifests, MANIFESTS)
  const fixed = ['--self-signed', '--host', '127.0.0.1', '--port', '0', '--health-port', '0']
  const args = ['dist/main.js', 'serve', '--manifests', manifests, ...fixed]
  const drain = drainDelay === undefined ? [] : ['--drain-delay', String(drainDelay)]
  const child = spawn(process.execPath, [...args, ...drain], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  const lines: Readonly<Record<string, unknown>>[] = []
  const ports = await listening(child, lines)
  return {
    ...ports,
    lines,
    kill: (signal) => void child.kill(signal),
    ended,
    stop: async () => {
      child.kill('SIGKILL')
      await ended
      await rm(folder, { recursive: true })
    },
  }
}

const listening = (
  child: ChildProcess,
  lines: Readonly<Record<string, unknown>>[],
): Promise<Pick<Program, 'port' | 'healthPort'>> =>
  new Promise((resolve, reject) => {
    child.on('exit', (code) => reject(new Error(`ended with ${code} before it listened`)))
    if (child.stdout === null) return
    createInterface(child.stdout).on('line', (line) => {
      const parsed = JSON.parse(line)
      lines.push(parsed)
      const { msg, port, healthPort } = parsed
      if (msg === 'listening') resolve({ port, healthPort })
    })
  })
