/**
 * Sends reviews over kept TLS connections, each as soon as the last is answered, and checks every answer. A
 * process of its own, so that its work does not count as the server's. Written on the socket: a client library
 * would cost more than the server that is measured. No two reviews are the same bytes: each has a uid of its own, and
 * the Pod of a ReplicaSet a volume name of its own, as the API server makes them.
 */
import { readFileSync } from 'node:fs'
import { connect, type TLSSocket } from 'node:tls'
import { ANY_PATCH, SERIAL, TOKEN_SUFFIX, UID } from './http-reviews.ts'

/** What to send, where, and for how long. */
export interface Job {
  readonly port: number
  /** With `firstNumber`, followed by the number of the review. */
  readonly path: string
  readonly firstNumber?: number
  /** PEM of the certificate to trust. */
  readonly ca: string
  readonly texts: readonly string[]
  /** The patch that each is answered with, as it is sent; empty: none; `ANY_PATCH`: one that is not known. */
  readonly patches: readonly string[]
  readonly connections: number
  readonly milliseconds: number
  /** Goes on after the time until as many are answered, but no longer than `PATIENCE`. */
  readonly atLeast?: number
}

/** Times are milliseconds. */
export interface Load {
  readonly answers: number
  readonly milliseconds: number
  readonly p50: number
  readonly p99: number
  /** CPU time of this process. */
  readonly driver: number
}

/** Milliseconds after the time of a job; a choice, for machines that are full of other work. */
const PATIENCE = 8_000

const HEADERS_END = '\r\n\r\n'

interface Message {
  readonly bytes: Buffer
  readonly uidAt: number
  readonly suffixesAt: readonly number[]
  readonly serialsAt: readonly number[]
  readonly patch: string
}

function placesOf(bytes: Buffer, text: string): readonly number[] {
  const places: number[] = []
  for (let at = bytes.indexOf(text); at !== -1; at = bytes.indexOf(text, at + 1)) places.push(at)
  return places
}

function messageOf({ path, firstNumber, patches }: Job, text: string, number: number): Message {
  const at = firstNumber === undefined ? path : `${path}${firstNumber + number}`
  const head = `POST ${at} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n`
  const bytes = Buffer.from(`${head}content-length: ${Buffer.byteLength(text)}${HEADERS_END}${text}`)
  const uidAt = bytes.indexOf(UID)
  if (uidAt === -1) throw new Error('a review without the uid')
  const [suffixesAt, serialsAt] = [placesOf(bytes, TOKEN_SUFFIX), placesOf(bytes, SERIAL)]
  return { bytes, uidAt, suffixesAt, serialsAt, patch: patches[number] ?? '' }
}

/** Of all connections: no uid comes twice. */
let sent = 0

/** Makes it another review. @returns its uid. */
function renew({ bytes, uidAt, suffixesAt, serialsAt }: Message): string {
  sent += 1
  const uid = `${UID.slice(0, -12)}${String(sent).padStart(12, '0')}`
  bytes.write(uid, uidAt, 'latin1')
  const suffix = sent.toString(36).padStart(TOKEN_SUFFIX.length, '0').slice(-TOKEN_SUFFIX.length)
  for (const at of suffixesAt) bytes.write(suffix, at, 'latin1')
  for (const at of serialsAt) bytes.write(String(sent).padStart(SERIAL.length, '0'), at, 'latin1')
  return uid
}

function check(body: string, uid: string, { patch }: Message): void {
  const isPatched = body.includes('"patch":"')
  const isRight =
    patch === '' ? !isPatched : isPatched && (patch === ANY_PATCH || body.includes(`"${patch}"`))
  if (!isRight || !body.includes(uid) || !body.includes('"allowed":true'))
    throw new Error(`not the answer that was expected: ${body.slice(0, 400)}`)
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
    const from = end + HEADERS_END.length
    if (!head.startsWith('HTTP/1.1 200')) throw new Error(`unexpected answer: ${head}`)
    const body = bodyAfter(head, pending, from)
    if (body === undefined) return
    // Nothing is sent before the answer: what comes next belongs to the next one.
    pending = ''
    onAnswer(body)
  })
}

/** @returns undefined if it is not complete. */
function bodyAfter(head: string, text: string, from: number): string | undefined {
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1])
  if (!Number.isNaN(length)) return text.length < from + length ? undefined : text.slice(from, from + length)
  if (!/transfer-encoding: chunked/i.test(head)) throw new Error(`unexpected answer: ${head}`)
  return text.endsWith(LAST_CHUNK) ? chunksIn(text, from) : undefined
}

const LAST_CHUNK = '\r\n0\r\n\r\n'

/** Each after its length, in hexadecimal digits (RFC 9112, section 7.1). */
function chunksIn(text: string, from: number): string {
  let body = ''
  for (let at = from; ; ) {
    const lineEnd = text.indexOf('\r\n', at)
    const length = Number.parseInt(text.slice(at, lineEnd), 16)
    if (!(length > 0)) return body
    body += text.slice(lineEnd + 2, lineEnd + 2 + length)
    at = lineEnd + 2 + length + 2
  }
}

const opened = (job: Job): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: job.port, ca: job.ca })
    socket.on('error', reject)
    socket.on('secureConnect', () => resolve(socket.setNoDelay(true)))
  })

interface Share {
  readonly job: Job
  /** Each connection begins with another review. */
  readonly offset: number
  readonly over: number
  readonly latencies: number[]
}

/** One connection's share: sends until the time is over. Its messages are its own, since they are changed in place. */
function work(socket: TLSSocket, { job, offset, over, latencies }: Share): Promise<void> {
  const messages = job.texts.map((text, number) => messageOf(job, text, number))
  const atLeast = job.atLeast ?? 0
  return new Promise((resolve) => {
    let count = offset
    let [sentAt, uid] = [0, '']
    let message: Message | undefined
    const send = (): void => {
      message = messages[count % messages.length]
      count += 1
      if (message === undefined) throw new Error('there is nothing to send')
      uid = renew(message)
      sentAt = performance.now()
      socket.write(message.bytes)
    }
    answersOf(socket, (body) => {
      const now = performance.now()
      if (message !== undefined) check(body, uid, message)
      latencies.push(now - sentAt)
      if (now < over || (latencies.length < atLeast && now < over + PATIENCE)) send()
      else resolve()
    })
    send()
  })
}

async function run(job: Job): Promise<Load> {
  const sockets = await Promise.all(Array.from({ length: job.connections }, () => opened(job)))
  const latencies: number[] = []
  const before = process.cpuUsage()
  const start = performance.now()
  const over = start + job.milliseconds
  const step = Math.ceil(job.texts.length / job.connections)
  await Promise.all(
    sockets.map((socket, index) => work(socket, { job, offset: index * step, over, latencies })),
  )
  const milliseconds = performance.now() - start
  const { user, system } = process.cpuUsage(before)
  for (const socket of sockets) socket.destroy()
  const sorted = Float64Array.from(latencies).sort()
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0
  const driver = (user + system) / 1000
  return { answers: sorted.length, milliseconds, p50: at(0.5), p99: at(0.99), driver }
}

/** A job's reviews are too long for a message: they come as a file. */
process.on('message', (file: string) => {
  const job: Job = JSON.parse(readFileSync(file, 'utf8'))
  void run(job).then((load) => process.send?.(load))
})
