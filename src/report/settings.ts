import { isRecord } from '../core/model/json-value.ts'
import type { Settings } from '../core/model/settings.ts'
import type { Report } from './schema.ts'

/** The settings that differ from their defaults, by key: `terms.controllerSeconds`. */
export function differingSettings(settings: Settings, defaults: Settings): Report['slackwater']['settings'] {
  const usual = new Map(flatten(defaults).map(({ name, value }) => [name, JSON.stringify(value)]))
  return flatten(settings).filter(({ name, value }) => usual.get(name) !== JSON.stringify(value))
}

const flatten = (settings: object, prefix = ''): Report['slackwater']['settings'] =>
  Object.entries(settings).flatMap(([key, value]: [string, unknown]) =>
    isRecord(value) ? flatten(value, `${prefix}${key}.`) : [{ name: `${prefix}${key}`, value }],
  )
