'use strict'
// Every script of package.json begins with this: one sentence instead of a stack trace where something is not installed.
// CommonJS in the syntax of old versions, because an old Node.js reads it, and `node -r` loads it before a file that
// such a Node.js cannot read.
const { existsSync } = require('node:fs')
const path = require('node:path')
const { engines } = require('../package.json')

/** As `engines` has it: `>=22.19`. */
const needed = engines.node.replace('>=', '')
const numbers = (version) => version.split('.').map(Number)
const [major, minor] = numbers(process.versions.node)
const [leastMajor, leastMinor] = numbers(needed)

const end = (sentence) => {
  process.stderr.write(`error: ${sentence}\n`)
  // Not 1, which means that there are findings.
  process.exit(2)
}

if (!existsSync(path.join(__dirname, '../node_modules'))) end('Nothing is installed yet. Run: npm ci')
if (major < leastMajor || (major === leastMajor && minor < leastMinor))
  end(
    `Slackwater needs Node.js ${needed} or newer; this is ${process.versions.node}. ` +
      'npm ci installs its own Node.js 24, unless install scripts are off. Run: npm rebuild node --ignore-scripts=false',
  )
