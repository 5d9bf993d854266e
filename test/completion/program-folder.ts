import { mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import packageJson from '../../package.json' with { type: 'json' }

/** A folder for the PATH: the built program under each of its names, as npm links them, and the Node.js of the tests. */
export function programFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-bin-'))
  for (const [name, file] of Object.entries(packageJson.bin))
    symlinkSync(path.resolve(file), path.join(folder, name))
  symlinkSync(process.execPath, path.join(folder, 'node'))
  return folder
}

/** The environment of a shell that finds them. */
export const withPrograms = (folder: string, ...others: readonly string[]): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: [folder, ...others, process.env['PATH']].join(path.delimiter),
})
