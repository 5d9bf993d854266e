import { execFileSync } from 'node:child_process'

/** Tests of the command line and of signals run the built program, as users do. */
export default function buildOnce(): void {
  if (process.env['SLACKWATER_BUILT'] === '1') return
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] })
}
