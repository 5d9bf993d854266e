import { connect as connectPlain, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { connect, type TLSSocket } from 'node:tls'

/**
 * Somebody in the cluster who reaches the webhook's port and is no API server: a program of its own, so that its work is
 * nobody else's. `node stranger.ts ATTACK HOST PORT FROM`, where FROM is its own address, until its
 * input ends; then it prints what it did.
 */

interface Target {
  readonly host: string
  readonly port: number
  readonly localAddress: string
}

/** What was done, by a word for it. */
type Tally = Map<string, number>

interface Context {
  readonly at: Target
  readonly count: (what: string) => void
  readonly isOver: () => boolean
}

const MIB = 2 ** 20
/** The largest body that the server reads. */
const BODY = 8 * MIB

/** Milliseconds between two connections of one kind that lasts: each is a handshake for the server, too. */
const BETWEEN = 5

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index)

const post = (length: number, ...headers: readonly string[]): string =>
  ['POST /mutate?timeout=5s HTTP/1.1', 'host: slackwater', 'content-type: application/json', ...headers]
    .concat(`content-length: ${length}`, '', '')
    .join('\r\n')

const envelope = (object: string): string =>
  `{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"0","operation":"CREATE","namespace":"stranger","kind":{"group":"apps","version":"v1","kind":"Deployment"},"object":${object}}}`

const deployment = (containers: string): string =>
  `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[${containers}]}}}}`

/** 240,000 containers: near 8 MiB. */
const hugeReview = (): string =>
  envelope(
    deployment(
      range(240_000)
        .map((index) => `{"name":"c${index}","image":"a"}`)
        .join(','),
    ),
  )

const smallReview = (): string => envelope(deployment('{"name":"app","image":"web:1"}'))

/** Lists within lists, as deep as the body allows. */
const deepReview = (): string => {
  const depth = BODY / 2 - 1_000
  return envelope(`${'['.repeat(depth)}${']'.repeat(depth)}`)
}

/** Fields within fields. */
const nestedReview = (): string => {
  const depth = Math.floor((BODY - 1_000) / 6)
  return envelope(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)
}

async function tls({ at, count }: Context): Promise<TLSSocket | undefined> {
  const socket = connect({ ...at, rejectUnauthorized: false })
  socket.on('error', () => undefined)
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.once('secureConnect', () => resolve(true))
    socket.once('close', () => resolve(false))
  })
  count(isOpen ? 'connections' : 'connections refused')
  if (!isOpen) return undefined
  socket.once('close', () => count('connections closed by the server'))
  return socket
}

/**
 * So much on all connections together, so that a core is not full of the stranger and of TLS: CPU time is not bounded
 * (SECURITY.md), and on two cores, which the API server shares, the replica had no turn for seconds. Bytes a second; a
 * choice, far beyond what the server keeps.
 */
const PACE = 128 * MIB
const CHUNK = 256 * 1024

let nextTurn = 0

/** When it may be written to any of the connections again. */
async function turn(): Promise<void> {
  const now = performance.now()
  nextTurn = Math.max(now, nextTurn) + (CHUNK / PACE) * 1_000
  await pause(nextTurn - now)
}

/** At its pace, as the other side takes it, and not at all where it does not. */
async function write(socket: Socket, text: string, { isOver }: Context): Promise<void> {
  for (let from = 0; from < text.length && !socket.destroyed && !isOver(); from += CHUNK) {
    await turn()
    if (socket.write(text.slice(from, from + CHUNK))) continue
    await new Promise<void>((resolve) => {
      const go = (): void => {
        socket.off('drain', go).off('close', go)
        resolve()
      }
      socket.once('drain', go).once('close', go)
    })
  }
}

/** So many connections that each do something for as long as it lasts. */
async function connections(
  count: number,
  context: Context,
  use: (socket: TLSSocket, index: number) => Promise<void>,
): Promise<void> {
  const used: Promise<void>[] = []
  for (let index = 0; index < count && !context.isOver(); index++) {
    used.push(tls(context).then((socket) => (socket === undefined ? undefined : use(socket, index))))
    await pause(BETWEEN)
  }
  await Promise.all(used)
}

async function untilOver(context: Context, step: () => Promise<void> | void, every = 100): Promise<void> {
  while (!context.isOver()) {
    await step()
    await pause(every)
  }
}

/** One review after the other, each on a connection of its own, so many at a time. */
async function reviews(lanes: number, body: string, context: Context): Promise<void> {
  const text = post(Buffer.byteLength(body), 'connection: close') + body
  await Promise.all(
    range(lanes).map(() =>
      untilOver(
        context,
        async () => {
          const socket = await tls(context)
          if (socket === undefined) return
          socket.once('data', (data: Buffer) => context.count(`answers ${data.toString('latin1', 9, 12)}`))
          const closed = new Promise((resolve) => socket.once('close', resolve))
          await write(socket, text, context)
          await closed
        },
        10,
      ),
    ),
  )
}

const ATTACKS: Readonly<Record<string, (context: Context) => Promise<void>>> = {
  'unfinished-bodies': (context) =>
    connections(400, context, async (socket) => {
      await write(socket, post(BODY) + ' '.repeat(BODY - 1), context)
      await untilOver(context, () => undefined)
    }),
  'unfinished-chunks': (context) =>
    connections(400, context, async (socket) => {
      const head = post(0).replace(/content-length: 0\r\n/, 'transfer-encoding: chunked\r\n')
      const chunk = `${MIB.toString(16)}\r\n${' '.repeat(MIB)}\r\n`
      await write(socket, head + chunk.repeat(7), context)
      await untilOver(context, () => undefined)
    }),
  'huge-reviews': (context) => reviews(8, hugeReview(), context),
  'deep-lists': (context) => reviews(8, deepReview(), context),
  'deep-objects': (context) => reviews(8, nestedReview(), context),
  'idle-connections': (context) =>
    connections(3_000, context, (socket) => {
      socket.setKeepAlive(true)
      return untilOver(context, () => undefined)
    }),
  'slow-headers': (context) =>
    connections(500, context, async (socket) => {
      socket.write('POST /mutate HTTP/1.1\r\n')
      await untilOver(context, () => void socket.write('x-a: b\r\n'), 1_000)
    }),
  'slow-bodies': (context) =>
    connections(500, context, async (socket) => {
      socket.write(post(BODY))
      await untilOver(context, () => void socket.write(' '), 500)
    }),
  'no-handshakes': async (context) => {
    const sockets: Socket[] = []
    while (!context.isOver()) {
      const socket = connectPlain(context.at)
      socket.on('error', () => undefined)
      socket.once('close', () => context.count('connections closed by the server'))
      sockets.push(socket)
      context.count('connections')
      await pause(BETWEEN)
    }
    for (const socket of sockets) socket.destroy()
  },
  handshakes: (context) =>
    Promise.all(
      range(16).map(() => untilOver(context, async () => void (await tls(context))?.destroy(), 1)),
    ).then(() => undefined),
  'unread-answers': (context) =>
    connections(50, context, async (socket) => {
      socket.pause()
      const body = smallReview()
      const text = (post(Buffer.byteLength(body)) + body).repeat(50)
      await untilOver(context, () => write(socket, text, context), 1)
    }),
}

export const STRANGERS = Object.keys(ATTACKS)

async function main([name = '', host = '', port = '', from = '']: readonly string[]): Promise<void> {
  const attack = ATTACKS[name]
  if (attack === undefined) throw new Error(`no such attack: ${name}; there are ${STRANGERS.join(', ')}`)
  const tally: Tally = new Map()
  let isOver = false
  const told = (): void =>
    void process.stdout.write(`${[...tally].map(([what, count]) => `${count} ${what}`).join(', ')}\n`)
  process.stdin.resume().once('end', () => {
    isOver = true
    told()
    // What is still being written may never be read.
    setTimeout(() => process.exit(0), 200)
  })
  await attack({
    at: { host, port: Number(port), localAddress: from },
    count: (what) => void tally.set(what, (tally.get(what) ?? 0) + 1),
    isOver: () => isOver,
  })
}

if (process.argv[1] === import.meta.filename) await main(process.argv.slice(2))
