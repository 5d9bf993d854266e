import { execFileSync } from 'node:child_process'
import { chmodSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'

/** Owners that no machine gives: GNU tar on Linux, BSD tar on macOS. */
const OWNERS = {
  linux: ['--owner=0', '--group=0', '--numeric-owner', '--format=ustar'],
  darwin: ['--uid=0', '--gid=0', '--numeric-owner', '--format=ustar'],
} as const

const EPOCH = new Date(0)
/** Of an executable; further files are small. 2^29 is a choice: Node.js 26 with the program is 153 MB. */
const LARGEST = 2 ** 29

/** Packs the files of a folder, in the order of their names: the same files give the same archive. */
export function packArchive(folder: string, archive: string): void {
  const names = readdirSync(folder).sort()
  for (const file of names.map((name) => path.join(folder, name))) {
    // Whatever this machine takes away from the modes of new files.
    chmodSync(file, (statSync(file).mode & 0o100) === 0 ? 0o644 : 0o755)
    utimesSync(file, EPOCH, EPOCH)
  }
  const owners = OWNERS[process.platform === 'darwin' ? 'darwin' : 'linux']
  const tar = execFileSync('tar', [...owners, '-cf', '-', '-C', folder, ...names], { maxBuffer: LARGEST })
  writeFileSync(archive, gzipSync(tar))
}
