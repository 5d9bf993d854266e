import { X509Certificate } from 'node:crypto'
import { promises as fs } from 'node:fs'
import type { TLSSocket } from 'node:tls'
import type { Watch } from './certificate.ts'

/** The clients that the webhook answers; absent: every client that can reach its port. */
export interface ClientAuthority {
  /** The CAs that sign client certificates, PEM. */
  readonly ca: string
  /** Accepted common names; empty: any that the CA signed. */
  readonly names: readonly string[]
}

type LoadedAuthority =
  | { readonly ok: true; readonly ca: string }
  /** One sentence with the file and what was expected. */
  | { readonly ok: false; readonly problem: string }

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g

/** Reads a bundle of CA certificates. A bundle with a broken part is not used at all. */
export async function loadClientAuthority(file: string): Promise<LoadedAuthority> {
  let text: string
  try {
    text = await fs.readFile(file, 'utf8')
  } catch {
    return { ok: false, problem: `${file}: cannot be read` }
  }
  const blocks = text.match(BLOCK) ?? []
  const isWhole = blocks.length > 0 && blocks.every(isAuthority)
  return isWhole
    ? { ok: true, ca: blocks.join('\n') }
    : { ok: false, problem: `${file}: expected CA certificates in PEM` }
}

function isAuthority(block: string): boolean {
  try {
    return new X509Certificate(block).ca
  } catch {
    return false
  }
}

interface AuthorityWatchInputs {
  readonly file: string
  /** As loaded. */
  readonly current: string
  readonly intervalMs: number
  readonly onChange: (ca: string) => void
  readonly onProblem: (problem: string) => void
}

/** Reads the file again and again. An unusable file is reported once, and the last good one stays. */
export function watchClientAuthority(inputs: AuthorityWatchInputs): Watch {
  const { file, current, intervalMs, onChange, onProblem } = inputs
  let known = current
  let lastProblem = ''
  const inspect = async (): Promise<void> => {
    const loaded = await loadClientAuthority(file)
    if (!loaded.ok && loaded.problem !== lastProblem) onProblem(loaded.problem)
    lastProblem = loaded.ok ? '' : loaded.problem
    if (!loaded.ok || loaded.ca === known) return
    known = loaded.ca
    onChange(known)
  }
  const timer = setInterval(() => void inspect(), intervalMs)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

/** A cluster's CA also signs every kubelet and many users: the name distinguishes an API server from them. */
export function isAccepted(socket: TLSSocket, { names }: ClientAuthority): boolean {
  if (names.length === 0) return true
  const subject: unknown = socket.getPeerCertificate().subject
  const name = typeof subject === 'object' && subject !== null && 'CN' in subject ? subject.CN : undefined
  return typeof name === 'string' && names.includes(name)
}
