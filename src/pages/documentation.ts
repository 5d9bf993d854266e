import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import sea from 'node:sea'

/** @param place below the root: `docs/report.md`. @returns undefined where the program comes without it. */
export function documentationAt(place: string): string | undefined {
  // The single-file executable contains its pages, and has no folder of its own.
  if (sea.isSea()) return sea.getAssetKeys().includes(place) ? sea.getAsset(place, 'utf8') : undefined
  // The root is one folder above the bundle (`dist/`), and two above this file.
  const roots = ['..', '../..'].map((up) => path.join(import.meta.dirname, up))
  const file = roots.map((root) => path.join(root, place)).find((one) => existsSync(one))
  return file && readFileSync(file, 'utf8')
}

/** The page of a finding: `docs/findings/prestop-missing.md`. */
export const findingPlace = (id: string): string => `docs/findings/${id}.md`
