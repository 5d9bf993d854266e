import { spawnSync } from 'node:child_process'
import { kubeScore } from '../e2e/cluster/tools.ts'

/** kube-score with every check that it has switched on, those too that it leaves to whoever asks for them. */

/** What it has against an object: `container-resources: Deployment`. */
export type Finding = string

/** One object of its answer, the fields that are read. */
interface Scored {
  readonly type_meta: { readonly kind: string }
  readonly checks: readonly {
    readonly check: { readonly id: string }
    readonly grade: number
    readonly skipped: boolean
  }[]
}

/** Nothing to be said against it. */
const ALL_OK = 10

const OPTIONS = ['--output-format', 'json', '--kubernetes-version', 'v1.35', '--all-default-optional']

/** @returns its path. @throws where it cannot be built. */
export const linter = (): string => kubeScore((line) => void process.stderr.write(`${line}\n`))

/** @param manifests YAML. @throws where it does not answer. */
export function findingsIn(manifests: string): readonly Finding[] {
  const { stdout, stderr } = spawnSync(linter(), ['score', ...OPTIONS, '-'], {
    input: manifests,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (!stdout.startsWith('[')) throw new Error(`kube-score: ${stderr}${stdout}`)
  const objects = JSON.parse(stdout) as readonly Scored[]
  return objects.flatMap(({ type_meta: { kind }, checks }) =>
    checks
      .filter(({ grade, skipped }) => !skipped && grade < ALL_OK)
      .map(({ check }) => `${check.id}: ${kind}`),
  )
}
