'use strict'
// npm runs this after `npm ci`, and before it installs this package from git, as pre-commit does. So the program is there
// without a further command. CommonJS, because an old Node.js reads it, too.
const { spawnSync } = require('node:child_process')
const { existsSync } = require('node:fs')
const path = require('node:path')

const root = path.join(__dirname, '..')
const has = (place) => existsSync(path.join(root, place))

/** Nothing on standard output: whoever packs reads the name of the package there. */
function npm(...words) {
  // Of a global install, npm hands `global` on to whatever npm it starts.
  const { npm_config_global: _, npm_config_prefix: __, ...env } = process.env
  const { status } = spawnSync(process.execPath, [process.env.npm_execpath, ...words], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) process.exit(status || 1)
}

// A global install from git prepares without the packages that the build needs.
if (!has('node_modules/rolldown')) npm('ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund')
// Before it packs, npm has built already (prepack). Otherwise what is there may be of the sources before a `git pull`.
const { npm_command: command } = process.env
if (command !== 'pack' && command !== 'publish') npm('run', '--silent', 'build')
