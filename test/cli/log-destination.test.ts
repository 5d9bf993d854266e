import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createLogDestination } from '../../src/serve/log-destination.ts'
import { folderOf } from './run.ts'

const open: number[] = []
afterEach(() => {
  for (const fd of open.splice(0)) closeSync(fd)
})

function opened(file: string, flags: string | number): number {
  const fd = openSync(file, flags)
  open.push(fd)
  return fd
}

/** A pipe that was full is tried again every tenth of a second. */
const SLOWLY = { timeout: 20_000 }

const line = (index: number): string => `${JSON.stringify({ index, pad: 'x'.repeat(1000) })}\n`

/** A pipe that is its own reader: a write that finds it full is told so, as one on standard output is. */
function pipe(): number {
  const file = path.join(folderOf({}), 'pipe')
  execFileSync('mkfifo', [file])
  return opened(file, constants.O_RDWR | constants.O_NONBLOCK)
}

/** What is in a pipe now. */
function drained(fd: number): string {
  const chunks: Buffer[] = []
  try {
    for (;;) {
      const chunk = Buffer.alloc(65_536)
      chunks.push(chunk.subarray(0, readSync(fd, chunk)))
    }
  } catch {
    // Empty.
  }
  return Buffer.concat(chunks).toString('utf8')
}

test('lines are written, in their order, the last ones at the end', () => {
  const file = path.join(folderOf({}), 'log')
  const log = createLogDestination({ fd: opened(file, 'w'), onRecovered: () => undefined })
  const lines = Array.from({ length: 100 }, (_, index) => line(index))
  for (const one of lines) log.write(one)
  log.end()
  // What was under way when it ended is written again rather than lost.
  const written = readFileSync(file, 'utf8').split(/(?<=\n)/)
  expect([...new Set(written)]).toEqual(lines)
  expect(log.dropped()).toBe(0)
})

describe('a pipe that nobody reads', () => {
  test('takes what it can; the rest waits within a limit, and is dropped and counted beyond it', async () => {
    const fd = pipe()
    const recovered: number[] = []
    const log = createLogDestination({ fd, onRecovered: (dropped) => recovered.push(dropped) })
    // 3 MB: a pipe holds 64 KiB of it, and a MiB waits.
    for (let index = 0; index < 3000; index++) log.write(line(index))
    expect(log.dropped()).toBeGreaterThan(1500)
    let read = ''
    await vi.waitFor(() => {
      read += drained(fd)
      expect(recovered).toEqual([log.dropped()])
    }, SLOWLY)
    await vi.waitFor(() => {
      read += drained(fd)
      expect(read.split('\n').length - 1 + log.dropped()).toBe(3000)
    }, SLOWLY)
    for (const one of read.trimEnd().split('\n')) expect(() => JSON.parse(one)).not.toThrow()
    log.end()
  })

  test('does not hold up the end', () => {
    const log = createLogDestination({ fd: pipe(), onRecovered: () => undefined })
    for (let index = 0; index < 500; index++) log.write(line(index))
    log.end()
    expect(log.dropped()).toBeGreaterThan(300)
  })
})

test('a full disk: every line is dropped and counted', async ({ skip }) => {
  skip(process.platform !== 'linux', 'needs /dev/full, which only Linux has')
  const log = createLogDestination({ fd: opened('/dev/full', 'w'), onRecovered: () => undefined })
  for (let index = 0; index < 100; index++) log.write(line(index))
  await vi.waitFor(() => expect(log.dropped()).toBeGreaterThan(0), { timeout: 40_000 })
  log.end()
  expect(log.dropped()).toBe(100)
})
