/** Plain Node: one line a step, with what it took. */

const isTty = process.stdout.isTTY === true
const paint = (code, text) => (isTty ? `\u001b[${code}m${text}\u001b[0m` : text)

export const dim = (text) => paint('2', text)
export const bold = (text) => paint('1', text)
export const red = (text) => paint('31', text)
const width = 34

export const say = (text = '') => console.log(text)

/** Runs one step and says how it went. A step that returns false had nothing to do; one that returns a string says that. */
export async function step(name, work) {
  const began = performance.now()
  if (isTty) process.stdout.write(`  ${dim('…')} ${name}`)
  const line = (mark, note) => say(`${isTty ? '\r\u001b[2K' : ''}  ${mark} ${name.padEnd(width)} ${dim(note)}`)
  try {
    const result = await work()
    const seconds = `${((performance.now() - began) / 1000).toFixed(1)} s`
    line('✓', result === false ? 'unchanged' : typeof result === 'string' ? `${seconds}  ${result}` : seconds)
    return result
  } catch (error) {
    line(red('✗'), 'failed')
    throw error
  }
}
