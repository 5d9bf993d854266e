import { createReadStream, readdirSync } from 'node:fs'
import path from 'node:path'
import { Transform } from 'node:stream'
import { createGunzip } from 'node:zlib'

/**
 * One reading of access logs, as a process of its own: `node bench/read-logs.ts WHAT FOLDER CHECKOUT`. WHAT is `ours`, or
 * `split`: the least that reading them in Node.js can be, which finds the ends of lines and looks at nothing else. Prints what it
 * cost as JSON.
 */

/** Bytes of a chunk, as ours has them. */
const CHUNK = 256 * 1024

const [what = 'ours', folder = '', checkout = '.'] = process.argv.slice(2)

async function split(): Promise<number> {
  let lines = 0
  for (const name of readdirSync(folder)) {
    const file = createReadStream(path.join(folder, name), { highWaterMark: CHUNK })
    const unpacked = name.endsWith('.gz') ? file.pipe(createGunzip({ chunkSize: CHUNK })) : file
    for await (const chunk of unpacked as AsyncIterable<Buffer>)
      for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) lines += 1
  }
  return lines
}

/** What matters of it: what is an error, and a target of the thirty-six. */
async function ours(): Promise<number> {
  const reader = (await import(
    path.resolve(checkout, 'src/measure/access-logs.ts')
  )) as typeof import('../src/measure/access-logs.ts')
  let taken = 0
  const reading = await reader.readAccessLogs(
    [folder],
    {
      wants: ({ status, target }) => status >= 500 || target === '10.0.1.11:8080',
      take: () => {
        taken += 1
      },
    },
    { stdin: () => new Transform() },
  )
  if (taken === 0 || reading.problems.length > 0) throw new Error('nothing was read')
  return reading.requests
}

const lines = await (what === 'ours' ? ours() : split())
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
const seconds = process.uptime()
process.stdout.write(
  JSON.stringify({ lines, seconds, cpu: (userCPUTime + systemCPUTime) / 1e6, mib: maxRSS / 1024 }),
)
