'use strict'
// npm runs a script in the folder of its package. The paths on the command line are those of the folder in which npm was
// called (INIT_CWD). Only the script of package.json loads this: the program itself does not read INIT_CWD, which any
// other package's script that calls it has, too.
const { isMainThread } = require('node:worker_threads')

const folder = process.env.INIT_CWD
if (isMainThread && folder)
  try {
    process.chdir(folder)
  } catch (error) {
    process.stderr.write(
      `error: ${JSON.stringify(folder)}, the folder of this call, cannot be read: ${error.code}\n`,
    )
    // Not 1, which means that there are findings.
    process.exit(2)
  }
