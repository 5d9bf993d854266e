import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { expandPaths } from '../../src/manifests/paths.ts'
import { readManifests } from '../../src/manifests/read.ts'
import { type Plan, planManifests } from '../../src/plan/plan.ts'
import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'

const FOLDERS = [
  'examples',
  'test/fixtures/discovery',
  'test/fixtures/well-formed',
  'test/fixtures/pods-at-creation',
]

/** Manifests whose text the tests read beside their plan: those of the project, and more where a folder is named. */
const given = process.env['SLACKWATER_MANIFESTS']
const ALL = given === undefined ? FOLDERS : [...FOLDERS, given]

const isManifest = (file: string): boolean => /\.ya?ml$/.test(file) && !file.endsWith('.expected.yaml')

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => isManifest(file) && statSync(file).isFile())
    .sort()
}

/** Each file for itself, and each folder as a whole. */
export const FIXTURES: readonly string[] = ALL.flatMap((folder) => [folder, ...filesBelow(folder)])

/** Read once: nothing changes what has been read. */
const READ = new Map<string, Promise<ReturnType<typeof readManifests>>>()

async function read(file: string): Promise<ReturnType<typeof readManifests>> {
  const { sources, notes } = await expandPaths([file], () => Promise.resolve(''))
  const { objects, problems, notes: further } = readManifests(sources)
  return { objects, problems, notes: [...notes, ...further] }
}

export async function planOf(file: string, settings = DEFAULT_SETTINGS): Promise<Plan> {
  const known = READ.get(file) ?? read(file)
  READ.set(file, known)
  return planManifests({ manifests: await known, settings, namespace: 'default' })
}

/** The plan of one text. */
export function planOfText(text: string, settings = DEFAULT_SETTINGS): Plan {
  const manifests = readManifests([{ name: 'all.yaml', text }])
  return planManifests({ manifests, settings, namespace: 'default' })
}
