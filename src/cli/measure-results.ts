import { promises as fs } from 'node:fs'
import { apiServerOf } from '../cluster/api-server.ts'
import { loadKubeConfig } from '../cluster/kube-config.ts'
import type { Measurement } from '../core/measurement/measurement.ts'
import { messageOf } from '../core/model/thrown.ts'
import { LARGEST_INPUT } from '../manifests/paths.ts'
import { readFile } from '../manifests/read-file.ts'
import type { MeasureDocument } from '../measure/schema.ts'
import { settingsTerms, settingsText, WRITTEN_BY } from '../measure/settings-text.ts'
import { storeMeasurements } from '../measure/store-measurements.ts'
import { counted } from '../render/counted.ts'
import { complain, progress, type Terminal } from '../render/terminal.ts'
import type { AskedReport } from './ask-for-report.ts'
import { replaceFile } from './replace-file.ts'
import { attempt, Refused, whatIs } from './write-files.ts'

/** Writes the measured terms as settings. @returns whether it did. */
export async function writeSettings(
  file: string,
  document: MeasureDocument,
  controllerSetting: number | undefined,
  terminal: Terminal,
): Promise<boolean> {
  const terms = settingsTerms(document.loadBalancers, controllerSetting)
  if (terms === undefined) {
    complain(`${file}: nothing is written: ${TOO_FEW}`, terminal)
    return false
  }
  const failure = await attempt(() => writeOver(file, settingsText(document, terms)))
  if (failure === undefined)
    progress(
      `${file} written: terms.controllerSeconds ${terms.controller}, terms.propagationSeconds.alb ${terms.propagation}`,
      terminal,
    )
  else complain(`${file}: not written: ${failure}`, terminal)
  return failure === undefined
}

const TOO_FEW = 'too few departures were measured, as the result says'

/** A file of the user's, which may hold other settings, stays as it is. */
async function writeOver(file: string, text: string): Promise<void> {
  const found = await whatIs(file, fs.lstat)
  if (found !== undefined && !found.isFile()) throw new Refused('expected a file, or a new name')
  if (found !== undefined) {
    const read = await readFile(file, LARGEST_INPUT)
    if (!read.ok || !read.text.startsWith(WRITTEN_BY))
      throw new Refused(
        'it exists, and slackwater measure did not write it: give a new name, and merge the two by hand',
      )
    await fs.access(file, fs.constants.W_OK)
  }
  await replaceFile(file, text, found)
}

interface Applying {
  readonly options: AskedReport & { readonly dryRun?: true }
  /** Departures that a measurement must be from to be used by the installation. */
  readonly enough: number
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

/** Stores the measurement for the running replicas. @returns whether it did. */
export async function applyMeasurement(
  { loadBalancers, targetGroups }: Measurement,
  { created, by, loadBalancers: entries }: MeasureDocument,
  { options, enough, terminal, signal }: Applying,
): Promise<boolean> {
  const found = [...loadBalancers, ...targetGroups].filter((one) => one.lastRequest ?? one.propagation)
  if (found.length === 0) {
    complain(`nothing is applied: no departure was measured`, terminal)
    return false
  }
  const config = loadKubeConfig(options)
  if (!config.ok) {
    complain(`nothing is applied: ${config.problem}`, terminal)
    return false
  }
  const namespace = options.slackwaterNamespace
  const isDryRun = options.dryRun === true
  const measurements = { measured: Date.parse(created), by, entries: found }
  const isUsed = entries.some(({ terms }) => terms !== undefined)
  try {
    const api = apiServerOf(config.config, terminal.proxy)
    const stored = await storeMeasurements({ api, namespace, found: measurements, enough, isDryRun, signal })
    if (stored.ok) tellStored(stored, { namespace, isDryRun, isUsed }, terminal)
    else complain(stored.problem, terminal)
    return stored.ok
  } catch (error) {
    complain(`nothing is applied: ${config.server}: ${messageOf(error)}`, terminal)
    return false
  }
}

interface Told {
  readonly written: number
  readonly kept: number
  readonly warnings: readonly string[]
}

function tellStored(
  { written, kept, warnings }: Told,
  {
    namespace,
    isDryRun,
    isUsed,
  }: { readonly namespace: string; readonly isDryRun: boolean; readonly isUsed: boolean },
  terminal: Terminal,
): void {
  for (const warning of warnings) complain(warning, terminal, 'warning')
  const others = kept === 0 ? '' : `, ${kept} of earlier measurements kept`
  const lines = [
    `configmap/slackwater-observed ${isDryRun ? 'would be applied (server dry run)' : 'applied'} in namespace ${namespace}: ${counted(written, 'measurement')}${others}`,
    ...(isDryRun ? [] : appliedLines(namespace, isUsed)),
  ]
  for (const line of lines) progress(line, terminal)
}

/** @param isUsed whether enough departures were measured. */
const appliedLines = (namespace: string, isUsed: boolean): readonly string[] => [
  isUsed
    ? 'Running replicas follow it and compute with it from now on: see slackwater report. Nothing rolls: each workload gets its new sleep with its next change.'
    : `Running replicas compute nothing with it: ${TOO_FEW}.`,
  `To take it back: kubectl -n ${namespace} patch configmap slackwater-observed --type json -p '[{"op":"remove","path":"/data/measured.json"}]'`,
]
