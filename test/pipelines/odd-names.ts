import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { shop } from '../cli/manifests.ts'

/** The one finding of `WARNED` that stays; its hook is missing too, which Slackwater fixes. */
export const STAYS = 'readiness-probe-missing'
/** Its Deployment begins in line 8: a Namespace of 6 lines and `---` stand before it. */
export const WARNED = shop({ delay: 60, ready: false })

/** Names that a shell would take apart or run, and one that looks like an option. */
export const ODD_NAMES = [
  'with space.yaml',
  `it's "quoted".yaml`,
  '$(touch ran).yaml',
  '`touch ran`.yaml',
  '; touch ran; #.yaml',
  '-dash.yaml',
  'a*b.yaml',
  'PATHS',
] as const

/** A folder with a manifest under each of these names, and the finding that stays in each. */
export function folderOfOddNames(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "slackwater it's "))
  for (const [index, name] of ODD_NAMES.entries())
    writeFileSync(path.join(folder, name), WARNED.replaceAll('shop', `shop-${index}`))
  return folder
}

/** A folder with these files, and the folders that they lie in. */
export function treeOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'slackwater-tree-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
  return folder
}

/** A repository that brings a program of our name, as if npm had installed it: run, it writes the file `ran`. */
export function folderWithOurName(version: string): string {
  const program = '#!/bin/sh\necho >ran\n'
  const folder = treeOf({
    'deploy/shop.yaml': WARNED,
    'node_modules/slackwater/package.json': JSON.stringify({ name: 'slackwater', version, bin: 'run' }),
    'node_modules/slackwater/run': program,
    'node_modules/.bin/slackwater': program,
  })
  for (const file of ['slackwater/run', '.bin/slackwater'])
    chmodSync(path.join(folder, 'node_modules', file), 0o755)
  return folder
}
