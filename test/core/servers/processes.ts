import type { ContainerProcess } from '../../../src/core/model/container-process.ts'

/** A container `app` with these words and variables; the only one of its pod that declares ports. */
export const started = (
  words: readonly string[],
  variables: Readonly<Record<string, string | null>> = {},
  wanted: Partial<ContainerProcess> = {},
): ContainerProcess => ({
  container: 'app',
  words,
  hasCommand: true,
  variables: new Map(Object.entries(variables)),
  hasPorts: true,
  isSidecar: false,
  ...wanted,
})

/** The words of one line without quotes. */
export const line = (text: string): readonly string[] => text.split(' ')
