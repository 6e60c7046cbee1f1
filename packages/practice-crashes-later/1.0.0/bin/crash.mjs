import { readFileSync } from 'node:fs'

const { afterSeconds } = JSON.parse(readFileSync(process.env.TENGEN_CONFIG, 'utf8'))
console.log(`running; the crash comes in ${afterSeconds} s`)
setTimeout(() => {
  console.error('out of memory (not really)')
  process.exit(42)
}, afterSeconds * 1000)
