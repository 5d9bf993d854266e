import { execFileSync } from 'node:child_process'

/** Tests of the command line and of signals run the built program, as users do. */
export default function buildOnce(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] })
}
