import { InvalidArgumentError } from 'commander'

export function count(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError(`"${text}" is not a whole number.`)
  return Number(text)
}

export function atLeastOne(text: string): number {
  const number = count(text)
  if (number === 0) throw new InvalidArgumentError('It must be at least 1.')
  return number
}

/** One review may have 8 MiB (server/app.ts). */
export function largestBody(text: string): number {
  const number = count(text)
  if (number < 8)
    throw new InvalidArgumentError('It must be at least 8: one admission review may be that large.')
  return number
}

/** 0 asks the system for a free port. */
export function port(text: string): number {
  const number = count(text)
  if (number > 65_535) throw new InvalidArgumentError(`"${text}" is not a port.`)
  return number
}
