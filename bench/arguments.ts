import { existsSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'

/** What `npm run bench` was asked for. */
export interface Asked {
  /** Names of sections, in their own order; empty: those of the default run. */
  readonly sections: readonly string[]
  readonly json: boolean
  readonly isLong: boolean
  readonly rounds: number
  readonly help: boolean
  /** The root of another checkout, absolute. */
  readonly against?: string
}

/** The least number, and the default. */
const ROUNDS = 5
const LONG_ROUNDS = 9

/** @throws with what was wrong, for people. @param names of all sections. */
export function askedOf(args: readonly string[], names: readonly string[]): Asked {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      long: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      against: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  for (const name of positionals)
    if (!names.includes(name)) throw new Error(`no section "${name}": there are ${names.join(', ')}`)
  const rounds = Number(values.rounds ?? (values.long ? LONG_ROUNDS : ROUNDS))
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100)
    throw new Error(`--rounds ${values.rounds}: a whole number from 1 to 100 is required`)
  return {
    ...{ sections: positionals, json: values.json, isLong: values.long, rounds, help: values.help },
    ...(values.against === undefined ? {} : { against: checkoutAt(values.against) }),
  }
}

/** @throws where there is none whose program is built. */
export function checkoutAt(folder: string): string {
  const root = path.resolve(folder)
  if (!existsSync(root)) throw new Error(`${folder}: there is no such folder`)
  if (!existsSync(path.join(root, 'src/assessment/assess.ts')))
    throw new Error(`${folder}: not a checkout of Slackwater: it has no src/assessment/assess.ts`)
  if (!existsSync(path.join(root, 'node_modules')))
    throw new Error(`${folder}: its packages are not installed: run "npm ci" there`)
  if (!existsSync(path.join(root, 'dist/main.js')))
    throw new Error(`${folder}: its program is not built: run "npm run build" there`)
  return root
}
