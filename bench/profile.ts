import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { decisionCall, type MeasuredVerdict, VERDICTS } from './decision.ts'
import { EXPOSURES } from './http-bodies.ts'
import { measure, prepare } from './http-measure.ts'
import { Ground } from './http-servers.ts'
import { profilePlan } from './planning.ts'
import { end } from './processes.ts'
import { type Profile, sharesOf } from './shares.ts'
import { profileStart } from './start.ts'

/**
 * Where the time of one row of the benchmark goes: `node bench/profile.ts SUBJECT`. Prints the shares of the built
 * program's functions and files by their own time, with the names and the places of the sources.
 */

const root = path.resolve(import.meta.dirname, '..')

/** Answers before what is profiled, and how long that is. Milliseconds. */
const WARM_UP = 20_000
const PROFILED = 5_000

async function profileHttp(kind: string, folder: string): Promise<Profile> {
  const ground = await Ground.make()
  try {
    // Another one than is profiled: preparing asks for all kinds.
    const asked = await ground.ours(root, EXPOSURES)
    const bodies = (await prepare(ground, asked)).find(({ id }) => id === kind)
    await ground.end(asked)
    if (bodies === undefined) throw new Error(`no reviews of the kind ${kind}`)
    const server = await ground.ours(root, EXPOSURES, ['--cpu-prof', `--cpu-prof-dir=${folder}`])
    const subject = { ground, driver: ground.driver() }
    const atLeast = kind.startsWith('large') ? WARM_UP / 20 : WARM_UP
    await measure(subject, server, { bodies, connections: 8, milliseconds: PROFILED, atLeast })
    await measure(subject, server, { bodies, connections: 8, milliseconds: PROFILED })
    await end(server.process, 'SIGTERM')
    return profileIn(folder, PROFILED)
  } finally {
    await ground.close()
  }
}

const CALLS = 100_000

async function profileDecision(verdict: MeasuredVerdict): Promise<Profile> {
  const call = await decisionCall(root, verdict, 1_000)
  for (let index = 0; index < CALLS; index += 1) call(index)
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.start')
  for (let index = 0; index < CALLS; index += 1) call(index)
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  return profile as Profile
}

/** The main thread's: it is the largest. @param last milliseconds of it; absent: all. */
function profileIn(folder: string, last?: number): Profile {
  const texts = readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => readFileSync(path.join(folder, name), 'utf8'))
    .toSorted((a, b) => b.length - a.length)
  const profile: Profile = JSON.parse(texts[0] ?? '{}')
  if (last === undefined) return profile
  const from = profile.timeDeltas.reduce((sum, delta) => sum + delta, 0) - last * 1000
  let at = 0
  const isLate = profile.timeDeltas.map((delta) => {
    at += delta
    return at > from
  })
  const late = <T>(list: readonly T[]): readonly T[] => list.filter((_, index) => isLate[index])
  return { ...profile, samples: late(profile.samples), timeDeltas: late(profile.timeDeltas) }
}

const isVerdict = (text: string): text is MeasuredVerdict => (VERDICTS as readonly string[]).includes(text)

const SUBJECTS = `node bench/profile.ts SUBJECT [FILE]

SUBJECT is one of
  http/KIND         reviews over HTTPS: http/new, http/large-new, http/mix
  decision/VERDICT  one decision: ${VERDICTS.map((one) => `decision/${one}`).join(', ')}
  start             serve, from its start until it is ready
  plan              plan of 5,000 documents
FILE gets the profile itself, for a browser's developer tools.`

async function profileOf(subject: string, folder: string): Promise<Profile | undefined> {
  const [what, which = ''] = subject.split('/')
  if (what === 'http') return profileHttp(which, folder)
  if (what === 'decision' && isVerdict(which)) return profileDecision(which)
  const flags = ['--cpu-prof', `--cpu-prof-dir=${folder}`]
  if (what === 'start') await profileStart(root, flags)
  else if (what === 'plan') profilePlan(root, flags)
  else return undefined
  return profileIn(folder)
}

const [subject = '', file] = process.argv.slice(2)
const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-profile-'))
try {
  const profile = await profileOf(subject, folder)
  process.stdout.write(profile === undefined ? `${SUBJECTS}\n` : `${sharesOf(profile, root).join('\n')}\n`)
  if (profile !== undefined && file !== undefined) writeFileSync(file, JSON.stringify(profile))
  if (profile === undefined) process.exitCode = 2
} finally {
  rmSync(folder, { recursive: true })
}
