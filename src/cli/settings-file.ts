import type { Settings } from '../core/model/settings.ts'
import { plainDocument } from '../manifests/plain.ts'
import { LineIndex } from '../manifests/position.ts'
import { readFile } from '../manifests/read-file.ts'
import { DocumentError } from '../manifests/tokens.ts'
import { parseCoreYaml } from '../manifests/yaml.ts'
import { type ParsedSettings, parseSettings } from '../settings/parse-settings.ts'
import { DEFAULT_SETTINGS } from '../settings/schema.ts'

/** Settings, or everything that is wrong with their file, one sentence each. */
type LoadedSettings = ParsedSettings

/** Bytes: what a ConfigMap may hold (kubernetes, pkg/apis/core/types.go, ConfigMap and MaxSecretSize). */
const LARGEST = 2 ** 20

/** Reads the settings file, YAML or JSON; the defaults where none is given. */
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

/** As plain data, or what is wrong with it: `line:column: message`. */
function dataOf(text: string): { readonly value: unknown } | { readonly problem: string } {
  const problemAt = (offset: number, message: string) => {
    const lines = new LineIndex(text)
    return { problem: `${lines.lineAt(offset)}:${lines.columnAt(offset)}: ${message}` }
  }
  try {
    const document = parseCoreYaml(text)
    const [error] = document.errors
    if (error !== undefined) return problemAt(error.pos[0], error.message)
    const { value, duplicates } = plainDocument(document, text.length)
    const [twice] = duplicates
    return twice === undefined ? { value } : problemAt(twice.offset, `${twice.key} stands twice`)
  } catch (error) {
    if (error instanceof DocumentError) return problemAt(error.offset, error.message)
    if (error instanceof RangeError) return problemAt(0, 'nested too deeply')
    throw error
  }
}
