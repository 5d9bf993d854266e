import { DEFAULT_SETTINGS } from '../../src/settings/schema.ts'
import { type Field, HAS_OFF, SETTINGS } from './values-schema.ts'

/** What the chart says of each setting: its block in values.yaml, and the template that writes the settings file. */

const BEGIN = '# --- settings: made by `npm run generate` ---'
const END = '# --- end of settings ---'

const defaults = new Map<string, unknown>(Object.entries(DEFAULT_SETTINGS))

/** Where the default is not a value, there is none to show: what the description says holds. */
const example = ({ type }: Field): string => {
  const words: Readonly<Record<string, string>> = { integer: '120', boolean: 'true', object: '{}' }
  return words[String(type)] ?? "''"
}

function lineOf(key: string, field: Field): string {
  if (defaults.has(key)) return `${key}: ${JSON.stringify(defaults.get(key)).replace(/^"(.*)"$/, '$1')}`
  return field.type === 'object' ? `${key}: {}` : `# ${key}: ${example(field)}`
}

const settingBlock = ([key, field]: [string, Field]): string =>
  `# ${field.description ?? ''}.\n${lineOf(key, field)}`

/** @param text values.yaml. @returns it with the block of the settings as the schema has them. */
export function withSettings(text: string): string {
  const [before, rest] = text.split(`${BEGIN}\n`)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error('values.yaml: no place for the settings')
  const blocks = Object.entries(SETTINGS).map(settingBlock).join('\n')
  return `${before}${BEGIN}\n${blocks}\n${END}${after}`
}

const quoted = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(' ')

const wordsOf = Object.entries(HAS_OFF).map(([key, words]) => `"${key}" (list ${quoted(words)})`)

/** `templates/_settings.tpl`. */
export const SETTINGS_TEMPLATE = `{{/* Made by \`npm run generate\` from src/settings/schema.ts. */}}

{{/* The keys of all settings, as JSON; not every one has a default. */}}
{{- define "slackwater.settingKeys" -}}
${JSON.stringify(Object.keys(SETTINGS))}
{{- end -}}

{{/* The settings file. YAML takes a bare off for false. */}}
{{- define "slackwater.settings" -}}
{{- $settings := dict -}}
{{- range $key := include "slackwater.settingKeys" . | fromJsonArray -}}
{{- if hasKey $.Values $key }}{{ $_ := set $settings $key (get $.Values $key) }}{{ end -}}
{{- end -}}
{{- range $key := list ${quoted(Object.keys(HAS_OFF))} -}}
{{- if kindIs "bool" (get $settings $key) }}{{ $_ := set $settings $key "off" }}{{ end -}}
{{- end -}}
{{- toYaml (set $settings "ownNamespace" .Release.Namespace) -}}
{{- end -}}

{{/* The schema takes any word of these. A boolean that is true was written as on, yes or true. */}}
{{- define "slackwater.validate.settings" -}}
{{- range $key, $words := dict ${wordsOf.join(' ')} -}}
{{- $value := get $.Values $key -}}
{{- if and (hasKey $.Values $key) (not (has $value (append $words false))) -}}
{{- fail (printf "\\n\\n%s is %s: it must be %s or %s" $key (toJson $value) (initial $words | join ", ") (last $words)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* One setting as text, empty where it is not given. (list CONTEXT KEY) */}}
{{- define "slackwater.setting" -}}
{{- get (include "slackwater.settings" (index . 0) | fromYaml) (index . 1) -}}
{{- end -}}
`
