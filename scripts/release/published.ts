import { spawnSync } from 'node:child_process'

/** Whether a version is published already: asked of the tool that would publish it, with the credentials that it would use. */

/** A place that a release goes to, by the scheme of a reference: `oci:ghcr.io/o/image:0.2.0`, `npm:slackwater@0.2.0`, `github:v0.2.0`. */
interface Place {
  readonly command: (name: string) => readonly [program: string, ...args: string[]]
  /** The tool's own words for "there is none"; anything else that it complains of is no answer. */
  readonly absent: RegExp
}

const PLACES: Readonly<Record<string, Place>> = {
  oci: {
    command: (name) => ['oras', 'manifest', 'fetch', '--descriptor', ...plain(name), name],
    // A registry answers 404, for a tag as for a repository (OCI distribution specification, "Pulling manifests").
    absent: /: not found$/m,
  },
  npm: {
    // Below `npm run -s` it would not tell why.
    command: (name) => ['npm', 'view', name, 'version', '--json', '--loglevel=error'],
    absent: /\bE404\b/,
  },
  github: {
    command: (name) => ['gh', 'release', 'view', name, '--json', 'tagName'],
    absent: /^release not found$/m,
  },
}

/** A registry on this machine speaks HTTP. */
export const plain = (reference: string): readonly string[] =>
  /^(?:127\.0\.0\.1|localhost):/.test(reference) ? ['--plain-http'] : []

export interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * @param ran what the place's command did.
 * @throws if the tool gives no answer: a registry that cannot be reached may well have the version.
 */
export function isPublished(reference: string, ran: Ran): boolean {
  const { absent } = placeOf(reference)
  // npm prints nothing about a package that lacks this version.
  if (ran.status === 0) return ran.stdout.trim() !== ''
  if (absent.test(ran.stderr) || absent.test(ran.stdout)) return false
  throw new Error(`${reference}: it is not known whether it is published: ${ran.stderr.trim()}`)
}

export function ask(reference: string): Ran {
  const name = reference.slice(reference.indexOf(':') + 1)
  const [program, ...args] = placeOf(reference).command(name)
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' })
  if (error !== undefined) throw new Error(`${reference}: ${program} does not run: ${error.message}`)
  return { status, stdout, stderr }
}

function placeOf(reference: string): Place {
  const place = PLACES[reference.slice(0, reference.indexOf(':'))]
  if (place === undefined) throw new Error(`${reference}: expected ${Object.keys(PLACES).join(':…, ')}:…`)
  return place
}
