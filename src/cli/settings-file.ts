import type { Settings } from '../core/model/settings.ts'
import { documentData } from '../manifests/document-data.ts'
import { splitDocuments } from '../manifests/documents.ts'
import { LineIndex } from '../manifests/position.ts'
import { readFile } from '../manifests/read-file.ts'
import { DocumentError } from '../manifests/tokens.ts'
import { parseCoreYaml } from '../manifests/yaml.ts'
import { type ParsedSettings, parseSettings } from '../settings/parse-settings.ts'
import { DEFAULT_SETTINGS } from '../settings/schema.ts'

/** The settings, or all problems in their file, one sentence each. */
type LoadedSettings = ParsedSettings

/** Bytes: the limit of a ConfigMap (kubernetes, pkg/apis/core/types.go, ConfigMap and MaxSecretSize). */
const LARGEST = 2 ** 20

/** Reads the settings file, YAML or JSON; the defaults if none is given. */
export async function loadSettings(file: string | undefined): Promise<LoadedSettings> {
  if (file === undefined) return { ok: true, settings: DEFAULT_SETTINGS satisfies Settings }
  const read = await readFile(file, LARGEST)
  if (!read.ok) return { ok: false, problems: [`${file}: cannot be read: ${read.reason}`] }
  const data = dataOf(read.text)
  if ('problem' in data) return { ok: false, problems: [`${file}:${data.problem}`] }
  const parsed = parseSettings(data.value)
  if (parsed.ok) return parsed
  return { ok: false, problems: parsed.problems.map((problem) => `${file}: ${problem}`) }
}

interface Wrong {
  /** Position in the text. */
  readonly offset: number
  readonly message: string
}

/** The text as plain data, or its problem as `line:column: message`. */
function dataOf(text: string): { readonly value: unknown } | { readonly problem: string } {
  const read = settingsIn(text)
  if (!('message' in read)) return read
  const lines = new LineIndex(text)
  const { offset, message } = read
  return { problem: `${lines.lineAt(offset)}:${lines.columnAt(offset)}: ${message}` }
}

/** Settings must be one document: of two, one would be ignored unnoticed. Empty documents are skipped. */
function settingsIn(text: string): { readonly value: unknown } | Wrong {
  let read: { readonly value: unknown } | undefined
  for (const { start, end } of splitDocuments(text)) {
    const one = documentIn(text.slice(start, end))
    if (one === undefined) continue
    if ('message' in one) return { ...one, offset: start + one.offset }
    if (read !== undefined) return { offset: start, message: 'a second document: expected one' }
    read = one
  }
  return read ?? { value: null }
}

/** @returns undefined if the document is empty. */
function documentIn(text: string): { readonly value: unknown } | Wrong | undefined {
  try {
    const document = parseCoreYaml(text)
    const [error] = document.errors
    if (error !== undefined) return { offset: error.pos[0], message: error.message }
    const { value, duplicates } = documentData(document, text.length)
    const [twice] = duplicates
    if (twice !== undefined) return { offset: twice.offset, message: `duplicate key ${twice.key}` }
    return value === null ? undefined : { value }
  } catch (error) {
    if (error instanceof DocumentError) return { offset: error.offset, message: error.message }
    if (error instanceof RangeError) return { offset: 0, message: 'nested too deeply' }
    throw error
  }
}
