/** `60,816`. */
export const count = (number: number): string => number.toLocaleString('en-US')

/** `1.2 MiB`. */
export function bytes(size: number): string {
  if (size < 1024) return `${size} B`
  const isLarge = size >= 1024 * 1024
  return `${(size / (isLarge ? 1024 * 1024 : 1024)).toFixed(1)} ${isLarge ? 'MiB' : 'KiB'}`
}
