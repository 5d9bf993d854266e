import fc from 'fast-check'

/** For `npm run coverage`: what generated cases reach is the same in each run. */
fc.configureGlobal({ seed: 1 })
