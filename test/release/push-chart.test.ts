import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

/** What is pushed in which order. The real programs push to a registry: test/e2e/registry.e2e.ts. */

const DIGEST = `sha256:${'ab'.repeat(32)}`
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slackwater-push-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A program that notes its call, prints a text, and ends with a code. @returns its path. */
function program(name: string, text: string, code: number): string {
  const file = path.join(folder, name)
  const script = `#!/bin/sh\necho "${name} $*" >>'${folder}/calls'\nprintf '${text}'\nexit ${code}\n`
  writeFileSync(file, script, { mode: 0o755 })
  return file
}

function push(orasCode: number) {
  const archive = path.join(folder, 'slackwater-chart-0.2.0.tgz')
  writeFileSync(archive, '')
  const env = {
    ...process.env,
    HELM_BIN: program('helm', `Pushed: ghcr.io/o/charts/slackwater:0.2.0\\nDigest: ${DIGEST}\\n`, 0),
    ORAS_BIN: program('oras', 'no route\\n', orasCode),
  }
  const args = ['scripts/release/push-chart.ts', archive, 'ghcr.io/o/charts']
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', env })
  const calls = readFileSync(path.join(folder, 'calls'), 'utf8').trim().split('\n')
  return { status, stdout, calls: calls.map((call) => call.split(' ').slice(0, 3).join(' ')) }
}

const METADATA = 'oras push ghcr.io/o/charts/slackwater:artifacthub.io'

test('the metadata first, then the chart, whose digest is printed', () => {
  const { status, stdout, calls } = push(0)
  expect({ status, stdout }).toEqual({ status: 0, stdout: `chart=ghcr.io/o/charts/slackwater@${DIGEST}\n` })
  expect(calls).toEqual([METADATA, `helm push ${path.join(folder, 'slackwater-chart-0.2.0.tgz')}`])
})

test('no chart is pushed where the metadata is not: the release could not go on from there', () => {
  expect(push(1)).toEqual({ status: 1, stdout: '', calls: [METADATA] })
})
