import type { Problem } from '../manifests/position.ts'

/** `file:line:column: message`, the form that editors can open. */
export const problemText = ({ file, line, column, message }: Problem): string =>
  `${[file, line, column].filter((part) => part !== undefined).join(':')}: ${message}`
