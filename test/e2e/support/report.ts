import path from 'node:path'
import { run, type Said } from './kubectl.ts'
import type { Slackwater } from './slackwater.ts'

/** `slackwater report`, of a Slackwater that was started with `--report-port 0`. */
export function report({ lines }: Slackwater, ...args: readonly string[]): Promise<Said> {
  const port = lines.find(({ msg }) => msg === 'listening')?.['reportPort']
  return run(process.execPath, [
    path.resolve('dist/main.js'),
    ...['report', '--address', `127.0.0.1:${port}`],
    ...args,
  ])
}

/** As much of `-o json` as the cases look at; docs/report.md has it all. */
export interface Report {
  readonly cluster: {
    readonly loadBalancerController?: {
      readonly deployment?: { readonly desired: number; readonly ready: number }
      readonly settings: readonly {
        readonly name: string
        readonly value: unknown
        readonly source?: unknown
      }[]
    }
  }
  readonly namespaces: readonly {
    readonly name: string
    readonly gates: readonly { readonly state: string; readonly why: string }[]
  }[]
  readonly concerns?: readonly { readonly id: string }[]
  readonly workloads: readonly {
    readonly name: string
    readonly state?: string
    readonly findings: readonly { readonly id: string }[]
    readonly pods?: { readonly stuckGate?: unknown }
  }[]
}

export const reported = async (slackwater: Slackwater, namespace: string): Promise<Report> =>
  JSON.parse((await report(slackwater, '-n', namespace, '-o', 'json')).out) as Report
