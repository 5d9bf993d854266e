import { spawnSync } from 'node:child_process'
import { parseAllDocuments } from 'yaml'
import { CHART, KUBE_VERSION, NAMESPACE } from '../../scripts/chart/deploy.ts'
import { type Helm, helmProgram } from '../e2e/cluster/parts.ts'
import type { Manifest } from './rules.ts'

/** The real Helm. @returns its path. @throws where it cannot be built. */
export const realHelm = (name: Helm = 'helm'): string =>
  helmProgram((line) => void process.stderr.write(`${line}\n`), name)

/** Both versions that people install with. */
export const HELMS: readonly Helm[] = ['helm', 'helm4']

export interface Ended {
  readonly status: number | null
  readonly out: string
  readonly err: string
}

export function helm(args: readonly string[], name?: Helm): Ended {
  const { status, stdout, stderr } = spawnSync(realHelm(name), args, { encoding: 'utf8' })
  return { status, out: stdout, err: stderr }
}

export const template = (args: readonly string[], name?: Helm): Ended =>
  helm(['template', 'slackwater', CHART, '-n', NAMESPACE, ...KUBE_VERSION, ...args], name)

/** @throws with Helm's words. */
export function rendered(args: readonly string[], name?: Helm): string {
  const { status, out, err } = template(args, name)
  if (status !== 0) throw new Error(err)
  return out
}

/** @throws where a document is no YAML, or has a key twice. */
export const manifestsOf = (text: string): readonly Manifest[] =>
  parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors
    if (error !== undefined) throw error
    const object = document.toJS() as Manifest | null
    return object === null ? [] : [object]
  })
