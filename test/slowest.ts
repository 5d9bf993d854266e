import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'

/** A reporter of vitest's: the slowest cases of a suite as a table at its end, so that a case that has become slow is seen. */

const SHOWN = 20

interface Case {
  /** The file, and the case's name in it. */
  readonly name: string
  /** Milliseconds. */
  readonly duration: number
  /** It failed once, and passed when it was tried again. */
  readonly isFlaky: boolean
}

/** Where a suite runs in several parts, each writes its cases to this file, and whoever runs them prints the table. */
export const CASES = 'SLACKWATER_SLOWEST_FILE'

export default class Slowest implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const cases = modules.flatMap(casesOf)
    const file = process.env[CASES]
    if (file === undefined) process.stdout.write(table(cases))
    else appendFileSync(file, cases.map((one) => `${JSON.stringify(one)}\n`).join(''))
  }
}

const casesOf = (module: TestModule): readonly Case[] =>
  [...module.children.allTests()]
    .filter((test) => test.result().state !== 'skipped')
    .map((test) => ({
      name: `${module.relativeModuleId} > ${test.fullName}`,
      duration: test.diagnostic()?.duration ?? 0,
      isFlaky: test.diagnostic()?.flaky ?? false,
    }))

/** @param file that the parts of a suite have written to. */
export function tableOf(file: string): string {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []
  return table(lines.map((line) => JSON.parse(line) as Case))
}

function table(cases: readonly Case[]): string {
  const slowest = cases.toSorted((a, b) => b.duration - a.duration).slice(0, SHOWN)
  const rows = slowest.map(({ name, duration }) => `${(duration / 1_000).toFixed(1).padStart(7)} s  ${name}`)
  const flaky = cases.filter(({ isFlaky }) => isFlaky).map(({ name }) => `           ${name}`)
  const again = flaky.length === 0 ? [] : ['Failed once, and passed when tried again:', ...flaky, '']
  return ['', `The slowest ${slowest.length} of ${cases.length} cases:`, ...rows, '', ...again].join('\n')
}
