import { spawn } from 'node:child_process'
import path from 'node:path'
import { cluster } from './cluster.ts'
import type { Said } from './kubectl.ts'

/** `slackwater handover`, as people run it: the built program, with a kubeconfig. */
export interface Handover {
  readonly pid: number
  /** Code 137 where it was killed. */
  readonly ended: Promise<Said>
  /** It cannot notice. */
  kill(): void
}

/** 128 + SIGKILL, as a shell says it. */
export const KILLED = 137

export function startHandover(args: readonly string[], kubeconfig = cluster.kubeconfig): Handover {
  const child = spawn(process.execPath, [path.resolve('dist/main.js'), 'handover', ...args], {
    env: { ...process.env, KUBECONFIG: kubeconfig },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  const ended = new Promise<Said>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) =>
      resolve({
        code: code ?? KILLED,
        out: Buffer.concat(out).toString(),
        err: Buffer.concat(err).toString(),
      }),
    )
  })
  return { pid: child.pid ?? 0, ended, kill: () => void child.kill('SIGKILL') }
}

/** @throws with its words where it fails. */
export async function handover(args: readonly string[], kubeconfig?: string): Promise<Said> {
  const said = await startHandover(args, kubeconfig).ended
  if (said.code !== 0)
    throw new Error(`handover ${args.join(' ')}: code ${said.code}\n${said.err}${said.out}`)
  return said
}
