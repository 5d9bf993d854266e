import { describe, expect, test } from 'vitest'
import { carryOutAll } from '../../src/cli/handover-progress.ts'
import { handoverText } from '../../src/render/handover-text.ts'
import { paperOf } from '../../src/render/paint.ts'
import { PlayedCluster } from '../handover/played-cluster.ts'

/** What a user sees while Pods are replaced, on standard error. */

const GIVEN = { maxExtra: 1, timeout: 3600, output: 'text' } as const

interface Shown {
  readonly lines: string[]
  /** What the one line of a terminal said; empty: it was cleared. */
  readonly states: string[]
}

function terminalOf(isTerminal: boolean) {
  const shown: Shown = { lines: [], states: [] }
  const terminal = {
    out: () => undefined,
    err: (text: string) => void shown.lines.push(text),
    readStdin: async () => '',
    ...(isTerminal ? { status: (line: string) => void shown.states.push(line) } : {}),
    width: 80,
    color: false,
    onSignal: () => undefined,
    exit: () => undefined,
  }
  return { shown, terminal }
}

async function carriedOut(isTerminal: boolean, cluster = new PlayedCluster({ replicas: 1 })) {
  const { shown, terminal } = terminalOf(isTerminal)
  const plan = { ...cluster.plan(), cautions: ['PodMonitors cannot be listed'] }
  const outcome = await carryOutAll([{ kind: 'plan', plan }], {
    given: GIVEN,
    terminal,
    api: cluster,
    clock: cluster,
    namespace: 'shop',
    signal: new AbortController().signal,
  })
  return { ...shown, outcome }
}

describe('progress', () => {
  test('without a terminal: one line for each state of a Pod, and the cautions before', async () => {
    expect((await carriedOut(false)).lines).toEqual([
      'warning: Deployment shop/web: PodMonitors cannot be listed\n',
      'web: web-1-001 stays until another Pod has come (web-1-002 came), waits for its replacement to be ready\n',
      'web: web-1-001 has left its Services (web-1-002 came), waits for load balancers to stop sending\n',
      'web: web-1-001 is being deleted (web-1-002 came), waits for its containers to end\n',
      'web: web-1-001 replaced by web-1-002\n',
    ])
  })

  test('at a terminal: one line that changes, and one for each Pod that is over', async () => {
    const { lines, states } = await carriedOut(true)
    expect(lines).toEqual([
      'warning: Deployment shop/web: PodMonitors cannot be listed\n',
      'web: web-1-001 replaced by web-1-002\n',
    ])
    expect(states[0]).toMatch(/^0 of 1 web: web-1-001 stays until another Pod has come/)
    expect(states.slice(-3)).toEqual(['', '1 of 1 web: web-1-001 replaced by web-1-002', ''])
  })

  test('a Pod that was not replaced: the result says why, in 80 columns', async () => {
    const { outcome } = await carriedOut(
      false,
      new PlayedCluster({ replicas: 1, hooks: false, readyAfter: 10 }),
    )
    expect(outcome.workloads).toMatchObject([{ state: 'failed' }])
    expect(handoverText(outcome, paperOf({ width: 80, color: false }))).toBe(`\
Deployment shop/web: 0 of 1 Pods replaced, 1 taken back: the new Pod web-1-002
  has no preStop hook.
  web-1-001: back as it was
`)
  })
})
