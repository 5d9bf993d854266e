import { monitorEventLoopDelay } from 'node:perf_hooks'

// Does nothing, and tells whoever asks how late its event loop was since it was last asked.

const MILLISECOND = 1e6

const delay = monitorEventLoopDelay({ resolution: 10 })
delay.enable()
process.on('message', () => {
  process.send?.({ p99: delay.percentile(99) / MILLISECOND, worst: delay.max / MILLISECOND })
  delay.reset()
})
process.on('disconnect', () => process.exit())
