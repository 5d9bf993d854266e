import { existsSync } from 'node:fs'
import path from 'node:path'
import { isPassedOver } from './carried-files.ts'

/**
 * What to read for files that have changed. A finding needs what lies beside a file: a Deployment without its Ingress
 * is behind no load balancer, and nothing is found. So it is the whole folder below this one that a file lies in
 * (`deploy` for `deploy/shop/web.yaml`), and this folder for a file that lies in it. Hidden folders and node_modules
 * are left out, as in every folder.
 * @param files relative to this folder, or absolute.
 * @returns folders, each once. A file that was deleted counts, too: what is left of its folder has changed.
 */
export function topFoldersOf(files: readonly string[]): readonly string[] {
  const tops = files.flatMap((file) => {
    const [first = '.', ...below] = path.relative('', file).split(path.sep)
    // Outside of this folder there is no top: the folder of the file.
    if (first === '..') return [path.dirname(file)]
    if (below.length === 0) return ['.']
    return [first, ...below.slice(0, -1)].some(isPassedOver) ? [] : [first]
  })
  const all = [...new Set(tops)].filter((folder) => existsSync(folder))
  return all.includes('.') ? ['.'] : all
}
