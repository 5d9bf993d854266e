import { createPrivateKey, X509Certificate } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { unlessThrown } from '../core/model/thrown.ts'

/** A serving certificate with its key, both PEM. */
export interface Certificate {
  readonly cert: string
  readonly key: string
  /** Absent: valid since long ago. */
  readonly begins?: Date
  readonly expires: Date
}

export interface CertificateFiles {
  readonly cert: string
  readonly key: string
}

type LoadedCertificate =
  | { readonly ok: true; readonly certificate: Certificate }
  /** One sentence with the file and what was expected. */
  | { readonly ok: false; readonly problem: string }

/** Reads a pair of files and checks that they belong together, and that TLS can serve them. */
export async function loadCertificate(files: CertificateFiles): Promise<LoadedCertificate> {
  const cert = await readText(files.cert)
  if (cert === undefined) return { ok: false, problem: `${files.cert}: cannot be read` }
  const key = await readText(files.key)
  if (key === undefined) return { ok: false, problem: `${files.key}: cannot be read` }
  return pairOf(files, cert, key)
}

function pairOf(files: CertificateFiles, cert: string, key: string): LoadedCertificate {
  const leaf = unlessThrown(() => new X509Certificate(cert))
  if (leaf === undefined) return { ok: false, problem: `${files.cert}: expected a certificate in PEM` }
  const privateKey = unlessThrown(() => createPrivateKey(key))
  if (privateKey === undefined) return { ok: false, problem: `${files.key}: expected a private key in PEM` }
  if (!leaf.checkPrivateKey(privateKey))
    return { ok: false, problem: `${files.key}: is not the key of the certificate in ${files.cert}` }
  // The checks above see the first certificate of a chain. This one sees all of them, and also what OpenSSL refuses
  // to serve, such as a key that is too short.
  if (unlessThrown(() => createSecureContext({ cert, key })) === undefined)
    return { ok: false, problem: `${files.cert}: contains a certificate or chain that TLS cannot serve` }
  const { validFromDate: begins, validToDate: expires } = leaf
  return { ok: true, certificate: { cert, key, begins, expires } }
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await fs.readFile(file, 'utf8')
  } catch {
    return undefined
  }
}

export interface Watch {
  readonly stop: () => void
}

interface WatchInputs {
  readonly files: CertificateFiles
  readonly current: Certificate
  readonly intervalMs: number
  /** The wall clock, milliseconds since 1970. */
  readonly now: () => number
  readonly onChange: (certificate: Certificate) => void
  readonly onProblem: (problem: string) => void
  /** The files hold a pair that is usable but not valid now, while the served one is. */
  readonly onWait: (problem: string) => void
}

/**
 * Reads the files again and again, and reports a new pair. It compares their contents, not their times: a mounted
 * Secret changes by swapping a symbolic link. A pair that is unusable, or not valid now while the current one is, is
 * reported once, and the current one stays.
 */
export function watchCertificate(inputs: WatchInputs): Watch {
  const { files, current, intervalMs, now, onChange, onProblem, onWait } = inputs
  let known = current
  let lastProblem = ''
  const stay = (problem: string, tell: (problem: string) => void): void => {
    if (problem !== lastProblem) tell(problem)
    lastProblem = problem
  }
  const inspect = async (): Promise<void> => {
    const loaded = await loadCertificate(files)
    if (!loaded.ok) {
      stay(loaded.problem, onProblem)
      return
    }
    const { certificate } = loaded
    const isSame = certificate.cert === known.cert && certificate.key === known.key
    if (!isSame && isWorse(certificate, known, now())) {
      stay(`${files.cert}: ${untimely(certificate, now())}; the previous one stays in use`, onWait)
      return
    }
    lastProblem = ''
    if (isSame) return
    known = certificate
    onChange(certificate)
  }
  const timer = setInterval(() => void inspect(), intervalMs)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

/** If neither is valid, the newer one is no worse: a client whose clock differs may accept it. */
const isWorse = (next: Certificate, current: Certificate, now: number): boolean =>
  !isValid(next, now) && isValid(current, now)

const isValid = ({ begins, expires }: Certificate, now: number): boolean =>
  (begins === undefined || begins.getTime() <= now) && now < expires.getTime()

const untimely = ({ begins, expires }: Certificate, now: number): string =>
  expires.getTime() <= now
    ? `expired at ${expires.toISOString()}`
    : `is not valid before ${begins?.toISOString()}`
