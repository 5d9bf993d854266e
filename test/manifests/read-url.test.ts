import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { expandPaths } from '../../src/manifests/paths.ts'
import { readUrl } from '../../src/manifests/read-url.ts'
import { shownUrl } from '../../src/manifests/url.ts'

/** Servers on this machine answer as servers do that go wrong. */

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const LIMIT = 2 ** 20
const servers: Server[] = []
const seen: { readonly path: string; readonly authorization: string | undefined }[] = []
let here = ''
let elsewhere = ''

const PLACES: Readonly<Record<string, Answer>> = {
  '/web.yaml': (_, response) => response.end('kind: Pod'),
  '/redirect': (_, response) => response.writeHead(302, { location: `/web.yaml` }).end(),
  '/away': (_, response) => response.writeHead(307, { location: `${elsewhere}/web.yaml` }).end(),
  '/loop': (_, response) => response.writeHead(302, { location: '/loop' }).end(),
  '/file': (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/nowhere': (_, response) => response.writeHead(302, { location: 'http://[' }).end(),
  '/to-missing': (_, response) => response.writeHead(301, { location: '/missing?token=secret' }).end(),
  '/page': (_, response) => response.setHeader('content-type', 'text/html; charset=utf-8').end('<html>'),
  '/gzip': (_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync('kind: Pod')),
  '/bomb': (_, response) =>
    response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(64 * LIMIT))),
  '/odd': (_, response) => response.setHeader('content-encoding', 'gzip').end('no gzip'),
  '/endless': (_, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write('# more\n'.repeat(4_096)));
    }
    response.on('drain', more)
    more()
  },
  '/never': () => undefined,
  '/stops': (_, response) => {
    response.write('kind: ')
  },
  '/trickles': ({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    const more = setInterval(() => socket.write('# more\n'), 20)
    socket.once('close', () => clearInterval(more))
  },
  '/reset': ({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\nkind: Pod\n', () => setTimeout(() => socket.resetAndDestroy(), 20))
  },
  '/broken': (_, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('kind: Pod', () => response.destroy())
  },
  '/upgrade': (_, { socket }) =>
    socket?.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
  '/utf16': (_, response) => response.end(Buffer.from('\uFEFFkind: Pod', 'utf16le')),
}

const answer: Answer = (request, response) => {
  const { url = '', headers } = request
  seen.push({ path: url, authorization: headers.authorization })
  const place = url.split('?')[0] ?? ''
  if (place === '/flaky') {
    const tries = seen.filter(({ path }) => path === url).length
    response.writeHead(tries < 3 ? 503 : 200).end('kind: Pod')
    return
  }
  const found = PLACES[place]
  if (found === undefined) response.writeHead(404).end()
  else found(request, response)
}

beforeAll(async () => {
  const started = await Promise.all(
    [0, 1].map(async () => {
      const server = createServer(answer).listen(0, '127.0.0.1')
      servers.push(server)
      await once(server, 'listening')
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    }),
  )
  ;[here = '', elsewhere = ''] = started
})

beforeEach(() => void seen.splice(0))

afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

const read = (place: string, options: Partial<Parameters<typeof readUrl>[1]> = {}) =>
  readUrl(place.startsWith('http') ? place : `${here}${place}`, { limit: LIMIT, wait: 1, ...options })

test.for([['/web.yaml'], ['/redirect'], ['/gzip'], ['/away']])('%s is read', async ([place = '']) => {
  expect(await read(place)).toEqual({ ok: true, text: 'kind: Pod' })
})

test('a server that answers 5xx is asked three times, as kubectl does; 404 is an answer', async () => {
  expect(await read('/flaky')).toEqual({ ok: true, text: 'kind: Pod' })
  expect(seen.length).toBe(3)
  expect(await read('/missing')).toEqual({ ok: false, reason: 'the server answered 404 Not Found' })
  expect(seen.length).toBe(4)
})

test.for<[string, string]>([
  ['/loop', 'more than 10 redirects'],
  ['/file', 'it redirects to what is neither http nor https'],
  ['/nowhere', 'it redirects to what is neither http nor https'],
  ['/page', 'it is an HTML page, expected YAML or JSON: give the address of the raw file'],
  ['/bomb', 'larger than the limit of 1 MiB'],
  ['/odd', 'incorrect header check'],
  ['/endless', 'larger than the limit of 1 MiB'],
  ['/upgrade', 'the connection was closed without an answer'],
  ['/utf16', 'it is UTF-16, expected UTF-8 text'],
])('%s: %s', async ([place, reason]) => {
  const told = await read(place)
  expect(told.ok).toBe(false)
  expect(told).toMatchObject({ reason: expect.stringContaining(reason) })
})

test.for([
  ['https://'],
  ['http://['],
  ['http://[::1/a'],
  ['http://host:99999/web.yaml'],
  ['https://user:se/cret@host/a'],
])('%s is no URL', async ([url = '']) => {
  expect(await readUrl(url, { limit: LIMIT })).toEqual({ ok: false, reason: 'it is not a valid URL' })
})

test('where it was redirected to is named, without what may be secret', async () => {
  expect(await read('/to-missing')).toEqual({
    ok: false,
    reason: `the server answered 404 Not Found (redirected to ${here}/missing?…)`,
  })
})

test.for([['/never'], ['/stops'], ['/trickles']])('%s ends with the time limit', async ([place = '']) => {
  expect(await read(place, { timeLimit: 300 })).toEqual({
    ok: false,
    reason: 'no complete answer within 0.3 s',
  })
})

test.for([['/broken'], ['/reset']])('%s: an answer that breaks off is no text', async ([place = '']) => {
  expect(await read(place)).toMatchObject({ ok: false })
})

test('a port where nothing listens', async () => {
  const told = await read('http://127.0.0.1:1/web.yaml')
  expect(told).toMatchObject({ ok: false, reason: expect.stringContaining('ECONNREFUSED') })
})

/** `user:pa ss` in base64, as RFC 7617 has it. */
const BASIC = `Basic ${Buffer.from('user:pa ss').toString('base64')}`

test('user name and password go to their server, and not to another one', async () => {
  const withUser = here.replace('//', '//user:pa%20ss@')
  expect(await read(`${withUser}/redirect`)).toMatchObject({ ok: true })
  expect(seen.map(({ authorization }) => authorization)).toEqual([BASIC, BASIC])
  seen.splice(0)
  expect(await read(`${withUser}/away`)).toMatchObject({ ok: true })
  expect(seen.map(({ authorization }) => authorization)).toEqual([BASIC, undefined])
})

test('through a proxy, where one is set', async () => {
  const told = await read('http://manifests.example/web.yaml', { proxy: { http_proxy: here } })
  expect(told.ok).toBe(false)
  expect(seen.map(({ path }) => path)).toEqual(['http://manifests.example/web.yaml'])
})

test.for([
  ['https://user:secret@host/a.yaml', 'https://host/a.yaml'],
  ['https://host/a.yaml?X-Amz-Signature=secret#x', 'https://host/a.yaml?…'],
  ['HTTP://Host:80/a b', 'http://host/a%20b'],
  ['http://user:secret@[/a', 'http://[/a'],
  ['https://user:se/c@ret@host/a?token=secret', 'https://host/a?…'],
  ['git::ssh://git:secret@host/repo', 'git::ssh://host/repo'],
  ['deploy/web.yaml', 'deploy/web.yaml'],
])('%s is shown as %s', ([given = '', shown]) => {
  expect(shownUrl(given)).toBe(shown)
})

test('sources are named by their URLs, and two of one name are told apart', async () => {
  const withUser = here.replace('//', '//user:secret@')
  const urls = [`${withUser}/web.yaml?a`, `${here}/web.yaml?b`, `${here}/web.yaml?b`, `${withUser}/missing`]
  const { sources, problems } = await expandPaths(urls, async () => '', {
    readUrl: (url, limit) => readUrl(url, { limit, wait: 1 }),
  })
  expect(sources.map(({ name }) => name)).toEqual([`${here}/web.yaml?…`, `${here}/web.yaml?… (2)`])
  expect(problems).toEqual([
    { file: `${here}/missing`, message: 'cannot be read: the server answered 404 Not Found' },
  ])
})

test('where URLs are not read, one is a problem', async () => {
  const { problems } = await expandPaths([`${here}/web.yaml`], async () => '')
  expect(problems).toEqual([
    { file: `${here}/web.yaml`, message: 'cannot be read: expected files or folders, not a URL' },
  ])
})
