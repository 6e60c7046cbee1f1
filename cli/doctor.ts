import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { diagnosisName } from '@/lib/protocol/diagnosis'
import { failed, type Outcome } from './outcome'

const AnswerSchema = z.object({ ok: z.boolean(), file: z.string(), lines: z.array(z.string()) })

/** The hub's own program lies beside this one and knows database and queue; this file goes to other machines alone. */
function hubProgram(): { program: string; root: string } | undefined {
  const folder = path.dirname(realpathSync(process.argv[1] ?? '.'))
  const program = path.join(folder, 'doctor.mjs')
  return existsSync(program) ? { program, root: path.dirname(folder) } : undefined
}

/** What a person needs who shall say what is wrong with a hub: one file, without secrets. */
export async function doctor(_: string, values: { out?: string; home?: string }): Promise<Outcome> {
  const hub = hubProgram()
  if (!hub) return failed('This runs where the hub is installed. On a machine with an agent: node agent.mjs doctor --home DIR')
  const folder = values.home ? path.resolve(values.home) : null
  const out = path.resolve(values.out ?? diagnosisName('hub'))
  const { code, stdout, stderr } = await run(hub.program, hub.root, { root: hub.root, folder, out })
  const last = stdout.trim().split('\n').pop() ?? ''
  if (code !== 0) return failed(`The doctor itself failed:\n${stderr.trim() || last}`)
  const { ok, file, lines } = AnswerSchema.parse(JSON.parse(last))
  return { code: 0, lines: [...lines, `written to ${file}`], json: { ok, file, lines } }
}

function run(program: string, cwd: string, orders: object): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program], { cwd, stdio: ['pipe', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (text) => void (stdout += text))
    child.stderr.on('data', (text) => void (stderr += text))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
    child.stdin.end(JSON.stringify(orders))
  })
}
