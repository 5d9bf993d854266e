import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { metricsOf } from './strain.ts'

const COLLECT = path.join(import.meta.dirname, 'collect-garbage.ts')

/** The inspector begins to listen, on the loopback address of its Pod (Node.js: SIGUSR1). */
export const inspect = (pid: number): void => void process.kill(pid, 'SIGUSR1')

/** Where V8 keeps objects that have lived for a while; code that it compiles is elsewhere (v8.getHeapSpaceStatistics). */
const SPACES = ['old', 'large_object']

/**
 * Bytes of objects that a process holds: all garbage is collected before.
 * @param pid of a process that is inspected. @param address of its metrics. @throws where nothing answers.
 */
export async function heldBy(pid: number, address: string): Promise<number> {
  const command = [`--net=/proc/${pid}/ns/net`, process.execPath, COLLECT]
  await promisify(execFile)('nsenter', command, { timeout: 60_000 })
  const metrics = await metricsOf(address)
  const bytes = SPACES.map((space) => metrics.get(`nodejs_heap_space_size_used_bytes{space="${space}"}`))
  return bytes.reduce<number>((sum, one) => sum + (one ?? Number.NaN), 0)
}
