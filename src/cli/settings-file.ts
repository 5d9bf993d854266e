import { promises as fs } from 'node:fs'
import { LineCounter, parseDocument } from 'yaml'
import type { Settings } from '../core/model/settings.ts'
import { type ParsedSettings, parseSettings } from '../settings/parse-settings.ts'
import { DEFAULT_SETTINGS } from '../settings/schema.ts'

/** Settings, or everything that is wrong with their file, one sentence each. */
export type LoadedSettings = ParsedSettings

/** Reads the settings file, YAML or JSON; the defaults where none is given. */
export async function loadSettings(file: string | undefined): Promise<LoadedSettings> {
  if (file === undefined) return { ok: true, settings: DEFAULT_SETTINGS satisfies Settings }
  const text = await readText(file)
  if (text === undefined) return { ok: false, problems: [`${file}: cannot be read`] }
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, prettyErrors: false })
  const [error] = document.errors
  if (error !== undefined) {
    const { line, col } = lineCounter.linePos(error.pos[0])
    return { ok: false, problems: [`${file}:${line}:${col}: ${error.message}`] }
  }
  const parsed = parseSettings(document.toJS())
  if (parsed.ok) return parsed
  return { ok: false, problems: parsed.problems.map((problem) => `${file}: ${problem}`) }
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await fs.readFile(file, 'utf8')
  } catch {
    return undefined
  }
}
