const DIGITS = new Intl.NumberFormat('en')

/** `2,000` */
export const digits = (count: number): string => DIGITS.format(count)

/** `1 workload`, `2,000 workloads` */
export const counted = (count: number, noun: string): string =>
  `${digits(count)} ${noun}${count === 1 ? '' : 's'}`
