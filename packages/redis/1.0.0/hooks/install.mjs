// Redis itself is the machine's own program: this package brings its configuration and looks after it.
import { accessSync, constants } from 'node:fs'

const program = '/usr/bin/redis-server'
try {
  accessSync(program, constants.X_OK)
} catch {
  console.error(`${program} is not on this machine. Install it there, on Debian: apt-get install redis-server`)
  process.exitCode = 1
}
