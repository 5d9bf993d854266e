import { appendFileSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type TestFunction, test } from 'vitest'
import type { NodeMeans } from '../cluster/node.ts'

/** What a case may need that not every cluster has. */
export type Need = 'controllers' | 'pods' | 'control plane' | 'helm' | 'helm4' | 'go'

/** What the runner tells the cases. */
export interface ClusterFacts {
  /** Holds the logs, and the pids of a cluster of our own. */
  readonly folder: string
  readonly kubeconfig: string
  readonly kubectl: string
  readonly helm?: string | undefined
  /** Of version 4. */
  readonly helm4?: string | undefined
  /** Under which the API server reaches this machine; undefined: nobody has said. */
  readonly host?: string | undefined
  /** Where etcd answers, of a control plane of our own. */
  readonly etcd?: string
  /** How a node is made, where they are ours to make. */
  readonly nodes?: NodeMeans
  /** What is lacking for each need, in words; empty: nothing. */
  readonly lacking: Readonly<Record<Need, readonly string[]>>
}

const file = process.env['SLACKWATER_E2E_CLUSTER']
if (file === undefined) throw new Error('no cluster: run these cases with npm run test:e2e')

export const cluster = JSON.parse(readFileSync(file, 'utf8')) as ClusterFacts

const lackingFor = (needs: readonly Need[]): readonly string[] =>
  needs.flatMap((need) => cluster.lacking[need])

/**
 * What a case may take if it does not say. A machine that is full takes its time, and a case whose time is up goes on beside
 * its second try. Milliseconds; a choice.
 */
const LONG_ENOUGH = 300_000

/** A case that needs more than an API server. One that cannot run is told by name and reason at the end. */
export function caseOf(name: string, needs: readonly Need[], run: TestFunction, timeout?: number): void {
  const lacking = lackingFor(needs)
  if (lacking.length === 0) {
    test(name, { timeout: timeout ?? LONG_ENOUGH }, run)
    return
  }
  appendFileSync(path.join(cluster.folder, 'skips'), `${name}: ${lacking.join('; ')}\n`)
  test.skip(name, run)
}

export const has = (...needs: readonly Need[]): boolean => lackingFor(needs).length === 0
