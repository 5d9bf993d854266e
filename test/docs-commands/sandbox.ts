import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { shop } from '../cli/manifests.ts'
import { playedLbcLog, playedLog } from '../measure/played.ts'
import { PROGRAMS } from './shown.ts'

/**
 * Where commands of the documentation are run, by a real shell: in a folder of a user who has what the pages speak of, with a
 * PATH that has a stand-in for each program. It records its arguments, as the shell made them, and then does what the
 * suite wants of it.
 */

export interface Call {
  readonly program: string
  readonly args: readonly string[]
  /** Only where a program was run. */
  readonly code: number
  readonly err: string
}

export interface Ran {
  readonly calls: readonly Call[]
  /** What the shell itself complains of: syntax, and programs that no page showed before. */
  readonly complaints: string
}

/** What a stand-in does after it has recorded its call, as shell text. */
export type Deeds = Readonly<Record<string, string>>

/** Whatever the shown scripts need besides, and that harms nothing. */
const REAL = ['awk', 'cat', 'date', 'grep', 'id', 'mktemp', 'rm', 'sed', 'sort', 'uniq', 'xargs']

/** `while sleep 1` ends after one turn. */
const SLEEP_ONCE = 'test ! -e "$CALLS/slept" && : >"$CALLS/slept"'

const DEEDS: Deeds = {
  sleep: SLEEP_ONCE,
  // Of fish and bash.
  source: ':',
  // One cluster, where a page asks for all.
  kubectl:
    'case "$*" in "config get-contexts -o name") echo arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu-1;; esac',
}

/** The process that is asked names the files, so calls of a pipeline do not mix. */
const standIn = (deed: string): string => `#!/bin/sh
printf '%s\\0' "\${0##*/}" "$@" >"$CALLS/$$.call"
( ${deed}
) 2>"$CALLS/$$.err"
code=$?
cat "$CALLS/$$.err" >&2
echo $code >"$CALLS/$$.code"
exit $code
`

const CHART = 'apiVersion: v2\nname: web\nversion: 1.0.0\n'

/** Files of the user, by their paths in the folder. A page shows how each of them is read, and not what is in it. */
const USERS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['manifests', 'deploy', 'base', 'overlays/production', 'overlays/prod', 'PATH', 'PATH...'].map(
      (folder) => [`${folder}/web.yaml`, shop({ ready: false })],
    ),
  ),
  'web.yaml': shop(),
  'manifests.yaml': shop(),
  'production.yaml': 'replicas: 3\n',
  'values/production.yaml': 'replicas: 3\n',
  'settings.yaml': 'mode: dry-run\n',
  'alb-logs/access.log': playedLog(),
  'lbc.log': playedLbcLog(),
  'chart/Chart.yaml': CHART,
  'my-chart/Chart.yaml': CHART,
  'charts/web/Chart.yaml': CHART,
  // What a clone makes.
  'slackwater/README.md': '',
}

/** What of the repository the pages speak of. */
const OURS = [
  'examples',
  'charts/slackwater',
  'deploy/overlays',
  'deploy/base',
  'docs/redact.jq',
  'package.json',
]

export interface Sandbox {
  /** The user's folder. */
  readonly folder: string
  readonly run: (text: string) => Promise<Ran>
  readonly remove: () => void
}

/** @param further files of the user, by path; and what stand-ins do instead of nothing. */
export function createSandbox(further: Readonly<Record<string, string>> = {}, deeds: Deeds = {}): Sandbox {
  const home = mkdtempSync(path.join(tmpdir(), 'slackwater-docs-'))
  const [folder, bin] = [path.join(home, 'work'), path.join(home, 'bin')]
  mkdirSync(bin)
  // Beside the user's checkout is another one.
  mkdirSync(path.join(home, 'before'))
  for (const [name, text] of Object.entries({ ...USERS, ...further })) {
    const file = path.join(folder, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  for (const name of OURS) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    symlinkSync(path.resolve(name), path.join(folder, name))
  }
  const all = { ...DEEDS, ...deeds }
  for (const name of new Set<string>([...PROGRAMS, ...Object.keys(all)]))
    writeFileSync(path.join(bin, name), standIn(all[name] ?? ':'), { mode: 0o755 })
  for (const name of REAL) {
    const place = locationOf(name)
    if (place !== undefined) symlinkSync(place, path.join(bin, name))
  }
  return {
    folder,
    run: (text) => run(text, { home, folder, bin }),
    remove: () => rmSync(home, { recursive: true }),
  }
}

/** Undefined: this machine has no such program. */
export const locationOf = (program: string): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, program))
    .find((place) => existsSync(place))

interface Places {
  readonly home: string
  readonly folder: string
  readonly bin: string
}

/** A script to be saved: its arguments are the reader's. */
const isFile = (text: string): boolean => text.startsWith('#!')

async function run(text: string, { home, folder, bin }: Places): Promise<Ran> {
  const calls = mkdtempSync(path.join(home, 'calls-'))
  const env = { PATH: bin, HOME: home, CALLS: calls, LANG: 'C.UTF-8' }
  const script = path.join(calls, 'script')
  writeFileSync(script, `${text}\n`)
  const child = spawn('/bin/sh', [...(isFile(text) ? ['-n'] : []), script], {
    cwd: folder,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaints = ''
  child.stderr.on('data', (words) => (complaints += words))
  await once(child, 'close')
  const file: Call = { program: 'file', args: [], code: 0, err: '' }
  return { calls: isFile(text) ? [file] : callsIn(calls), complaints }
}

function callsIn(folder: string): readonly Call[] {
  const read = (file: string): string => {
    try {
      return readFileSync(path.join(folder, file), 'utf8')
    } catch {
      return ''
    }
  }
  return readdirSync(folder)
    .filter((name) => name.endsWith('.call'))
    .map((name) => {
      const [program = '', ...args] = read(name).split('\0').slice(0, -1)
      const own = name.replace('.call', '')
      return { program, args, code: Number(read(`${own}.code`) || '0'), err: read(`${own}.err`) }
    })
}
