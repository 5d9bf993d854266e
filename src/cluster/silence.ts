/** Aborts if no data is received for this long. Milliseconds. The process does not wait for it. */
export function silenceAfter(ms: number) {
  const controller = new AbortController()
  const timer = setTimeout(
    () => controller.abort(new Error(`no data received for ${ms / 1000} s`)),
    ms,
  ).unref()
  return { signal: controller.signal, heard: () => timer.refresh(), end: () => clearTimeout(timer) }
}
