import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'

const COLLECT = path.join(import.meta.dirname, 'collect-garbage.ts')

/** The inspector begins to listen, on the loopback address of its Pod (Node.js: SIGUSR1). */
export const inspect = (pid: number): void => void process.kill(pid, 'SIGUSR1')

/**
 * Bytes of a process's heap that are in use: everything else is collected first.
 * @param pid of a process that is inspected. @throws where nothing answers.
 */
export async function heldBy(pid: number): Promise<number> {
  const command = [`--net=/proc/${pid}/ns/net`, process.execPath, COLLECT]
  const { stdout } = await promisify(execFile)('nsenter', command, { timeout: 60_000 })
  return Number(stdout)
}
