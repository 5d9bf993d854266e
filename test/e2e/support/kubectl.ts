import { spawn } from 'node:child_process'
import path from 'node:path'
import { cluster } from './cluster.ts'

export interface Said {
  readonly code: number
  readonly out: string
  /** Warnings of webhooks are here, as people see them. */
  readonly err: string
}

/** Runs a program to its end. */
export function run(program: string, args: readonly string[], stdin = ''): Promise<Said> {
  const child = spawn(program, args, { env: { ...process.env, KUBECONFIG: cluster.kubeconfig } })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  child.stdin.on('error', () => undefined).end(stdin)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) =>
      resolve({ code: code ?? 1, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }),
    )
  })
}

/** `kubectl replace` reads and writes: where a controller writes in between, people type it again. */
const REPLACES = 3

/** kubectl, as people use it. A `-f -` reads the objects. */
export async function kubectl(args: readonly string[], ...objects: readonly unknown[]): Promise<Said> {
  const type = () => run(cluster.kubectl, args, manifest(...objects))
  let said = await type()
  for (let nth = 1; nth < REPLACES && args[0] === 'replace' && said.err.includes('(Conflict)'); nth++)
    said = await type()
  return said
}

/** kubectl that must succeed. @throws with its words. */
export async function kubectlOk(args: readonly string[], ...objects: readonly unknown[]): Promise<Said> {
  const said = await kubectl(args, ...objects)
  if (said.code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${said.err}`)
  return said
}

/**
 * JSON is YAML, and no bare `off` in it becomes a boolean on the way. What begins with a brace some versions of kubectl
 * take for JSON to the end.
 */
export const manifest = (...objects: readonly unknown[]): string =>
  objects.map((object) => `---\n${JSON.stringify(object)}\n`).join('')

export interface StoredObject {
  readonly metadata: {
    readonly name: string
    readonly uid: string
    readonly generation: number
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly [key: string]: unknown
}

/** An object as the API server has it; `Fields`: what its kind has beside the metadata. */
export const stored = <Fields = unknown>(args: readonly string[]): Promise<StoredObject & Fields> =>
  got<StoredObject & Fields>(args)

export const storedAll = async <Fields = unknown>(
  args: readonly string[],
): Promise<readonly (StoredObject & Fields)[]> =>
  (await got<{ readonly items: readonly (StoredObject & Fields)[] }>(args)).items

async function got<T>(args: readonly string[]): Promise<T> {
  return JSON.parse((await kubectlOk(['get', ...args, '-o', 'json'])).out) as T
}

let count = 0

/** A namespace with a name that no other run has. */
export async function freshNamespace(labels: Readonly<Record<string, string>> = {}): Promise<string> {
  count += 1
  const name = `e2e-${process.pid}-${count}`
  const metadata = { name, labels: { ...labels, 'slackwater-e2e/run': path.basename(cluster.folder) } }
  await kubectlOk(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'Namespace', metadata })
  return name
}

/** One whose name a page of the docs has: another file may have used it, and its Pods sleep to their end. */
export async function createNamespace(name: string): Promise<void> {
  await kubectl(['wait', '--for=delete', `namespace/${name}`, '--timeout=300s'])
  await kubectlOk(['create', 'namespace', name])
}

/** It goes in the background: nobody waits for Pods that sleep. */
export const removeNamespace = (name: string): Promise<Said> =>
  kubectl(['delete', 'namespace', name, '--wait=false', '--ignore-not-found'])

/** The namespaces of one file's cases. */
export interface Namespaces {
  /** A fresh one, with these objects in it. */
  with(...objects: readonly unknown[]): Promise<string>
  /** All of them go. */
  remove(): Promise<void>
}

export function createNamespaces(): Namespaces {
  const names: string[] = []
  return {
    with: async (...objects) => {
      const name = await freshNamespace()
      names.push(name)
      if (objects.length > 0) await kubectlOk(['apply', '-n', name, '-f', '-'], ...objects)
      return name
    },
    remove: async () => {
      await Promise.all(names.map(removeNamespace))
    },
  }
}
