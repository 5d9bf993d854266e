/** A value at a time. */
export interface Sample {
  /** Minutes. */
  readonly at: number
  readonly value: number
}

export interface Slope {
  /** By which the value rises in a minute. */
  readonly perMinute: number
  /** Its standard error. */
  readonly error: number
}

/** The line through samples with the least squares. */
export function slopeOf(samples: readonly Sample[]): Slope {
  const count = samples.length
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / count
  const [at, value] = [mean((one) => one.at), mean((one) => one.value)]
  const spread = count * mean((one) => (one.at - at) ** 2)
  const perMinute = (count * mean((one) => (one.at - at) * (one.value - value))) / spread
  const rest = count * mean((one) => (one.value - value - perMinute * (one.at - at)) ** 2)
  return { perMinute, error: Math.sqrt(rest / (count - 2) / spread) }
}

/** The least of each of so many equal spans: what a collector of garbage leaves. */
export function lows(samples: readonly Sample[], spans: number): readonly Sample[] {
  const [first, last] = [samples[0]?.at ?? 0, samples.at(-1)?.at ?? 0]
  const spanOf = ({ at }: Sample): number =>
    Math.min(spans - 1, Math.floor(((at - first) / (last - first)) * spans))
  return [...Map.groupBy(samples, spanOf).values()].flatMap(
    (some) => some.toSorted((a, b) => a.value - b.value)[0] ?? [],
  )
}
