/**
 * Sends reviews over kept TLS connections, each as soon as the last is answered, and checks every answer. A
 * process of its own, so that its work does not count as the server's. Written on the socket: a client library
 * would cost more than the server that is measured.
 */
import { readFileSync } from 'node:fs'
import { connect, type TLSSocket } from 'node:tls'

/** What to send, where, and for how long. */
export interface Job {
  readonly port: number
  readonly path: string
  /** PEM of the certificate to trust. */
  readonly ca: string
  readonly texts: readonly string[]
  readonly operations: number
  readonly connections: number
  readonly milliseconds: number
}

/** Times are milliseconds. */
export interface Load {
  readonly answers: number
  readonly milliseconds: number
  readonly p50: number
  readonly p99: number
}

const HEADERS_END = '\r\n\r\n'

function messageOf({ path }: Job, text: string): Buffer {
  const head = `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n`
  return Buffer.from(`${head}content-length: ${Buffer.byteLength(text)}${HEADERS_END}${text}`)
}

/** Throws unless the answer carries a whole patch; the patch is returned, to be looked for in later answers. */
function patchIn(body: string, { operations }: Job): string {
  const { response } = JSON.parse(body)
  const patch: unknown = JSON.parse(Buffer.from(String(response.patch), 'base64').toString('utf8'))
  if (!Array.isArray(patch) || patch.length !== operations)
    throw new Error(`expected ${operations} operations: ${body}`)
  return String(response.patch)
}

/** Answers as they come in on one connection. */
function answersOf(socket: TLSSocket, onAnswer: (body: string) => void): void {
  let pending = ''
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    pending += chunk
    const end = pending.indexOf(HEADERS_END)
    if (end === -1) return
    const head = pending.slice(0, end)
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1])
    const from = end + HEADERS_END.length
    if (!head.startsWith('HTTP/1.1 200') || Number.isNaN(length))
      throw new Error(`unexpected answer: ${head}`)
    if (pending.length < from + length) return
    const body = pending.slice(from, from + length)
    pending = pending.slice(from + length)
    onAnswer(body)
  })
}

const opened = (job: Job): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: job.port, ca: job.ca })
    socket.on('error', reject)
    socket.on('secureConnect', () => resolve(socket.setNoDelay(true)))
  })

/** One connection's share: sends until the time is over. */
function work(socket: TLSSocket, job: Job, latencies: number[]): Promise<void> {
  const messages = job.texts.map((text) => messageOf(job, text))
  const over = performance.now() + job.milliseconds
  return new Promise((resolve) => {
    let [sentAt, count, patch] = [0, 0, '']
    const send = (): void => {
      sentAt = performance.now()
      const message = messages[count % messages.length]
      count += 1
      if (message !== undefined) socket.write(message)
    }
    answersOf(socket, (body) => {
      const now = performance.now()
      if (patch === '') patch = patchIn(body, job)
      else if (!body.includes(patch)) patchIn(body, job)
      latencies.push(now - sentAt)
      if (now < over) send()
      else resolve()
    })
    send()
  })
}

async function run(job: Job): Promise<Load> {
  const sockets = await Promise.all(Array.from({ length: job.connections }, () => opened(job)))
  const latencies: number[] = []
  const start = performance.now()
  await Promise.all(sockets.map((socket) => work(socket, job, latencies)))
  const milliseconds = performance.now() - start
  for (const socket of sockets) socket.destroy()
  const sorted = Float64Array.from(latencies).sort()
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0
  return { answers: sorted.length, milliseconds, p50: at(0.5), p99: at(0.99) }
}

/** A job's bodies are too long for a message: they come as a file. */
process.on('message', (file: string) => {
  const job: Job = JSON.parse(readFileSync(file, 'utf8'))
  void run(job).then((load) => process.send?.(load))
})
