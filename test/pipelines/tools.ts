import { mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buildParts, helmProgram } from '../e2e/cluster/parts.ts'
import { kustomize } from '../e2e/cluster/tools.ts'

const say = (line: string): void => void process.stderr.write(`${line}\n`)

/** The real programs, built where no others are given. @throws where one cannot be built. */
const PROGRAMS = {
  helm: () => helmProgram(say, 'helm'),
  helm4: () => helmProgram(say, 'helm4'),
  kustomize: () => kustomize(say),
  kubectl: () => path.join(buildParts(say), 'kubectl'),
} as const

/** @returns a value for PATH under which these, git and the usual tools of a shell are found, and no other tool that renders. */
export function pathWith(
  tools: readonly (keyof typeof PROGRAMS)[],
  others: readonly string[] = ['git', 'sh'],
): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-path-'))
  for (const tool of tools) symlinkSync(PROGRAMS[tool](), path.join(folder, tool.replace(/4$/, '')))
  for (const name of ['node', 'nodejs']) symlinkSync(process.execPath, path.join(folder, name))
  for (const name of others) symlinkSync(path.join('/usr/bin', name), path.join(folder, name))
  return folder
}
