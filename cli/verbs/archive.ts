import { applicationOf } from '@/cli/api/place'
import { confirm } from '@/cli/confirm'
import { done, exitCodes, type Outcome } from '@/cli/outcome'
import { flag, type Given, type Verb } from '@/cli/verb'

const words = { archive: ['Archive', 'archived'], restore: ['Bring back', 'back'] } as const

/** Of applications: what takes away a whole organisation is left to a person. */
const actOn = (act: keyof typeof words) =>
  async function run({ client, settings, values, args }: Given): Promise<Outcome> {
    const { org, app, path } = await applicationOf(client, { ...settings, application: args[0] ?? '' })
    const [ask, is] = words[act]
    if (!(await confirm(`${ask} ${org}/${app}?`, values.yes === true)))
      return { code: exitCodes.notDone, lines: ['Nothing was done.'], json: { ok: false } }
    await client.send(`${path}/${act}`, { method: 'POST' })
    return done([`${org}/${app} is ${is}.`], { ok: true, organization: org, application: app })
  }

const options = { yes: { ...flag, short: 'y' } } as const
export const archiveVerb: Verb = { options, args: [1, 1], run: actOn('archive') }
export const restoreVerb: Verb = { options, args: [1, 1], run: actOn('restore') }
