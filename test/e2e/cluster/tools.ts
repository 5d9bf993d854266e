import { existsSync, mkdirSync, renameSync } from 'node:fs'
import path from 'node:path'
import { BIN, beginModule, go, MODULES } from './parts.ts'

/** Programs and files of published Go modules that only some checks need: built, or fetched, when the first one asks. */

type Say = (line: string) => void

const KUBE_SCORE = { module: 'github.com/zegl/kube-score', version: 'v1.20.0' } as const

/** kube-score, a linter of manifests. @returns the program. @throws with the compiler's words. */
export function kubeScore(say: Say): string {
  const program = path.join(BIN, `kube-score-${KUBE_SCORE.version}`)
  if (existsSync(program)) return program
  const folder = path.join(MODULES, path.basename(program))
  const importPath = `${KUBE_SCORE.module}/cmd/kube-score`
  beginModule(folder)
  go(folder, ['get', '-tool', `${importPath}@${KUBE_SCORE.version}`])
  build(folder, importPath, { program, say })
  return program
}

interface Target {
  readonly program: string
  readonly say: Say
}

function build(folder: string, what: string, { program, say }: Target): void {
  say(`building ${path.basename(program)}`)
  mkdirSync(path.dirname(program), { recursive: true })
  const half = path.join(path.dirname(program), `.${path.basename(program)}`)
  go(folder, ['build', '-trimpath', '-ldflags', '-s -w', '-o', half, what])
  renameSync(half, program)
}
