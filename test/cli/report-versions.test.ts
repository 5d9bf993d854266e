import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import type { Report } from '../../src/report/schema.ts'
import { DEPLOYMENTS, INGRESSES, PODS, SERVICES } from '../cluster/fake-api-server.ts'
import { bigCluster } from '../report/big-cluster.ts'
import { ReportedCluster } from '../report/cluster.ts'
import { inProcess } from './run.ts'

/** Reports of installations of other versions, played by a server: what is older is named, and what to do. */

const { version: OWN } = packageJson
const [major = 0, minor = 0] = OWN.split('.').map(Number)
const NEWER = `${major}.${minor + 1}.0`
const INSIDE = 'or run slackwater report inside its Pod (kubectl exec); -o json prints the report as it is'

async function ownReport(): Promise<Report> {
  const cluster = new ReportedCluster({ mode: 'dry-run' })
  const { services, ingresses, deployments, pods } = bigCluster(1)
  cluster.put(SERVICES, ...services).put(INGRESSES, ...ingresses)
  cluster.put(DEPLOYMENTS, ...deployments).put(PODS, ...pods)
  await cluster.start()
  return JSON.parse(JSON.stringify(await cluster.report()))
}

const made = ownReport()

type Changed = Omit<Report, 'formatVersion'> & { readonly formatVersion: unknown }

/** What `slackwater report` says of such an answer. */
async function told(change: (report: Report) => Changed | object, ...args: readonly string[]) {
  const answer = JSON.stringify(change(await made))
  const server = createServer((_, reply) => reply.end(answer)).listen(0, '127.0.0.1')
  try {
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    return await inProcess(['report', '--address', `127.0.0.1:${port}`, ...args])
  } finally {
    server.close()
  }
}

const of =
  (version: string, more: object = {}) =>
  (report: Report): object => ({ ...report, slackwater: { ...report.slackwater, version }, ...more })

describe('a report that can be read', () => {
  test('of the same version: nothing is said', async () => {
    expect((await told(of(OWN))).err).toBe('')
  })

  test('of another patch: nothing is said', async () => {
    expect((await told(of(`${major}.${minor}.99`))).err).toBe('')
    expect((await told(of(`${major}.${minor}.0-rc.1`))).err).toBe('')
  })

  test('of a newer minor version, with fields that this program does not know', async () => {
    const { out, err, code } = await told(of(NEWER, { weather: 'fine' }))
    expect(err).toBe(
      `warning: Slackwater ${NEWER} answered, and this program is ${OWN}: what is new in ${NEWER} is not shown\n`,
    )
    expect(out).toContain(`Slackwater ${NEWER}, mode dry-run`)
    expect(code).toBe(1)
  })

  test('of an older version', async () => {
    const { out, err } = await told(of('0.0.3'))
    expect(err).toBe(
      `warning: Slackwater 0.0.3 answered, and this program is ${OWN}: what is new in ${OWN} is not in its report\n`,
    )
    expect(out).toContain('Slackwater 0.0.3, mode dry-run')
  })

  test('of no version that can be compared: it is shown as it is', async () => {
    const { out, err } = await told(of('main'))
    expect(err).toBe('')
    expect(out).toContain('Slackwater main, mode dry-run')
  })
})

describe('a report that cannot be read', () => {
  test.for<readonly [what: string, change: (report: Report) => object, problem: string]>([
    [
      'a newer format: this program is the older one',
      of(NEWER, { formatVersion: 2 }),
      `its report has format 2, this program reads format 1; Slackwater ${NEWER} answered, and this program is ${OWN}: update this program, ${INSIDE}`,
    ],
    [
      'an older format: the installation is',
      of('0.0.3', { formatVersion: 0 }),
      `its report has format 0, this program reads format 1; Slackwater 0.0.3 answered, and this program is ${OWN}: upgrade the installation, ${INSIDE}`,
    ],
    [
      'a newer format without a version',
      () => ({ formatVersion: 2 }),
      `its report has format 2, this program reads format 1: update this program, ${INSIDE}`,
    ],
    [
      'a field that an older version did not have',
      of('0.0.3', { workloads: undefined }),
      `its report cannot be read: /: must have required properties workloads; Slackwater 0.0.3 answered, and this program is ${OWN}: upgrade the installation, ${INSIDE}`,
    ],
    [
      'a value that only a newer version has',
      of(NEWER, { workloads: 'none' }),
      `its report cannot be read: /workloads: must be array; Slackwater ${NEWER} answered, and this program is ${OWN}: update this program, ${INSIDE}`,
    ],
    [
      'something else',
      () => ({ status: 'fine' }),
      'its report cannot be read: /: must have required properties',
    ],
    [
      'a format that is none',
      of(OWN, { formatVersion: '\u001b[2J' }),
      'its report cannot be read: /formatVersion: ',
    ],
    ['no object', () => [], 'its report cannot be read: /: '],
  ])('%s', async ([, change, problem]) => {
    const { out, err, code } = await told(change)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err.startsWith(`error: ${problem}`)).toBe(true)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
    expect(err).not.toContain('\u001b')
  })

  test('-o json prints it as it is, and says so on standard error', async () => {
    const { out, err, code } = await told(of(NEWER, { formatVersion: 2, weather: 'fine' }), '-o', 'json')
    expect(JSON.parse(out)).toMatchObject({ formatVersion: 2, weather: 'fine' })
    expect(err).toMatch(/^error: its report has format 2/)
    expect(code).toBe(2)
  })
})
