import type { ChildProcess } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { selfSigned } from '../src/certificates/self-signed.ts'
import type { Certificate } from '../src/server/certificate.ts'
import { objectsOf } from './cluster.ts'
import { end, freePort, start, until } from './processes.ts'

/** The servers that are measured, each a process on the first core. */
export interface Server {
  readonly process: ChildProcess
  readonly port: number
  /** Of a review. */
  readonly path: string
  /** The path is followed by the number of the review. */
  readonly isNumbered: boolean
}

/** What sends the load. */
export interface Driver {
  readonly process: ChildProcess
  /** Aborted when it has ended. */
  readonly ended: AbortSignal
}

/** What they have in common; ends them. */
export class Ground {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'slackwater-bench-'))
  readonly certificate: Certificate
  readonly #started: ChildProcess[] = []

  private constructor(certificate: Certificate) {
    this.certificate = certificate
    writeFileSync(this.file('tls.crt'), certificate.cert)
    writeFileSync(this.file('tls.key'), certificate.key)
  }

  static async make(): Promise<Ground> {
    return new Ground(await selfSigned(['localhost', '127.0.0.1']))
  }

  file(name: string): string {
    return path.join(this.folder, name)
  }

  /** On the second core. */
  driver(): Driver {
    const child = this.#keep(start([own('http-load.ts')], 1, 'ignore'))
    const ended = new AbortController()
    child.once('exit', () => ended.abort(new Error('what sends the load has ended')))
    return { process: child, ended: ended.signal }
  }

  /**
   * `slackwater serve` of a checkout as its image runs it, with its log in a file, its metrics and every check.
   * @param exposures that it knows, from manifests.
   * @param options further ones of Node.js.
   */
  async ours(root: string, exposures: number, options: readonly string[] = []): Promise<Server> {
    const manifests = this.file(`cluster-${exposures}.json`)
    if (!existsSync(manifests))
      writeFileSync(
        manifests,
        JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objectsOf(exposures) }),
      )
    const [port, healthPort] = [await freePort(), await freePort()]
    const { flags, env } = imageOf(root)
    const args = [...flags, ...options, path.join(root, 'dist/main.js'), 'serve', '--manifests', manifests]
    const tls = ['--tls-cert', this.file('tls.crt'), '--tls-key', this.file('tls.key')]
    const ports = ['--host', '127.0.0.1', '--port', String(port), '--health-port', String(healthPort)]
    const log = openSync(this.file(`log-${port}`), 'w')
    const all = [...args, ...tls, ...ports, '--drain-delay', '0']
    const child = this.#keep(start(all, 0, log, env))
    closeSync(log)
    const ready = `http://127.0.0.1:${healthPort}/readyz`
    await until(child, async () => {
      const answer = await fetch(ready).catch(() => undefined)
      return answer?.status === 200 ? true : undefined
    })
    return { process: child, port, path: '/mutate?timeout=5s', isNumbered: false }
  }

  /** @param answers the response to each review, by its number; its uid is the review's. */
  async bare(answers: readonly object[]): Promise<Server> {
    const port = await freePort()
    const list = this.file(`answers-${port}.json`)
    writeFileSync(list, JSON.stringify(answers))
    const child = this.#keep(
      start(
        [own('http-bare.mjs'), String(port), this.file('tls.crt'), this.file('tls.key'), list],
        0,
        'ignore',
      ),
    )
    const server = { process: child, port, path: '/', isNumbered: true }
    await until(child, () => this.ask(server, '{"kind":"AdmissionReview","request":{"uid":"1"}}', 0))
    return server
  }

  /** One review over a connection of its own. @returns the body; undefined: nobody listens. */
  ask(server: Server, text: string, number: number): Promise<string | undefined> {
    const asked = {
      host: '127.0.0.1',
      port: server.port,
      path: `${server.path}${server.isNumbered ? number : ''}`,
      method: 'POST',
      ca: this.certificate.cert,
      agent: new Agent(),
      headers: { 'content-type': 'application/json' },
    }
    return new Promise((resolve) => {
      const sent = request(asked, async (incoming) => {
        const chunks: Buffer[] = []
        for await (const chunk of incoming) chunks.push(chunk)
        resolve(Buffer.concat(chunks).toString('utf8'))
      })
      sent.on('error', () => resolve(undefined))
      sent.end(text)
    })
  }

  /** A server of somebody else, as soon as it allows this review. Ends with the others. */
  async other(server: Server, review: string): Promise<Server> {
    this.#keep(server.process)
    await until(server.process, async () => {
      const answer = await this.ask(server, review, 0)
      return answer?.includes('"allowed":true') ? true : undefined
    })
    return server
  }

  /** Ends one that is not needed any more. */
  async end(server: Server): Promise<void> {
    await end(server.process)
  }

  async close(): Promise<void> {
    for (const child of this.#started) await end(child)
    rmSync(this.folder, { recursive: true })
  }

  #keep(child: ChildProcess): ChildProcess {
    this.#started.push(child)
    return child
  }
}

const own = (file: string): string => path.join(import.meta.dirname, file)

interface Image {
  /** Options of Node.js. */
  readonly flags: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** How the image of a checkout runs the program, without what only its own file system has. */
export function imageOf(root: string): Image {
  const dockerfile = readFileSync(path.join(root, 'Dockerfile'), 'utf8')
  const [, ...args]: readonly string[] = JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]')
  const variables = [...dockerfile.matchAll(/^ENV (.*)$/gm)].flatMap(([, text = '']) => text.split(' '))
  const isOfItsFiles = (text: string): boolean => text.includes('/')
  return {
    flags: args.filter((arg) => arg.startsWith('--') && !isOfItsFiles(arg)),
    env: Object.fromEntries(
      variables.filter((text) => !isOfItsFiles(text)).map((text) => text.split('=', 2) as [string, string]),
    ),
  }
}
