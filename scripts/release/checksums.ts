import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export const CHECKSUMS = 'SHA256SUMS'

/** What coreutils' sha256sum takes for a name: a line break or a backslash would need its escapes. */
const PLAIN_NAME = /^[\w.-]+$/

/** Writes the checksums of all files of a folder, as `sha256sum` does. @throws at a name that is not plain. */
export function writeChecksums(folder: string): void {
  const names = readdirSync(folder)
    .filter((name) => name !== CHECKSUMS)
    .toSorted()
  const odd = names.find((name) => !PLAIN_NAME.test(name))
  if (odd !== undefined) throw new Error(`${folder}: ${JSON.stringify(odd)} is no name for an asset`)
  const lines = names.map((name) => {
    const sum = createHash('sha256')
      .update(readFileSync(path.join(folder, name)))
      .digest('hex')
    return `${sum}  ${name}\n`
  })
  writeFileSync(path.join(folder, CHECKSUMS), lines.join(''))
}
