import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** The root is one folder above the bundle (`dist/`), and two above this file. */
const ROOTS = ['..', '../..'].map((up) => path.join(import.meta.dirname, up))

/** @param place below the root: `docs/report.md`. @returns undefined where the program comes without it. */
export function documentationAt(place: string): string | undefined {
  const file = ROOTS.map((root) => path.join(root, place)).find((one) => existsSync(one))
  return file && readFileSync(file, 'utf8')
}

/** The page of a finding: `docs/findings/prestop-missing.md`. */
export const findingPlace = (id: string): string => `docs/findings/${id}.md`
