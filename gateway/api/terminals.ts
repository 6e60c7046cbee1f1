import { z } from 'zod'
import { closeTerminal } from '@/lib/terminals/close-terminal'
import { OpenTerminalSchema, openTerminal } from '@/lib/terminals/open-terminal'
import { listTerminals, readRecording } from '@/lib/terminals/read-terminals'
import { renewTicket } from '@/lib/terminals/terminal-tickets'
import { OpenedTerminalSchema, RecordingSchema, TerminalListSchema, TicketSchema } from '@/lib/terminals/views'
import { EnvironmentSchema } from '@/lib/views'
import { inApplication, inOrganization, slug } from './inputs'
import { route } from './route'

const ofService = '/api/v1/organizations/{org}/applications/{app}/services/{service}/terminals'
const one = '/api/v1/organizations/{org}/terminals/{terminal}'
const aService = inApplication.extend({ service: slug })
const aTerminal = inOrganization.extend({ terminal: slug })
const address = ({ org, terminal }: z.output<typeof aTerminal>) => ({ organization: org, id: terminal })

/** Terminals and single commands in units' folders, and their recordings. */
export const terminalRoutes = [
  route({
    method: 'GET',
    path: ofService,
    summary: 'The last terminals and commands on its units',
    params: aService,
    query: z.object({ environment: EnvironmentSchema }),
    response: TerminalListSchema.meta({ id: 'TerminalList' }),
    handle: ({ actor, params, query }) =>
      listTerminals(actor, { organization: params.org, application: params.app, name: params.service, ...query }),
  }),
  route({
    method: 'POST',
    path: ofService,
    summary: 'Open a terminal on a unit, or with argv run one command there',
    params: aService,
    body: OpenTerminalSchema.omit({ organization: true, application: true, name: true }),
    response: OpenedTerminalSchema.meta({ id: 'OpenedTerminal' }),
    status: 201,
    handle: ({ actor, params, body }) =>
      openTerminal(actor, { organization: params.org, application: params.app, name: params.service, ...body }),
  }),
  route({
    method: 'GET',
    path: `${one}/recording`,
    summary: 'What it showed, frame by frame',
    params: aTerminal,
    query: z.object({ after: z.coerce.number().int().min(0).default(0) }),
    response: RecordingSchema.meta({ id: 'Recording' }),
    handle: ({ actor, params, query }) => readRecording(actor, { ...address(params), ...query }),
  }),
  route({
    method: 'POST',
    path: `${one}/ticket`,
    summary: 'Another ticket for one’s own terminal, after a lost connection',
    params: aTerminal,
    response: TicketSchema.meta({ id: 'TerminalTicket' }),
    handle: ({ actor, params }) => renewTicket(actor, address(params)),
  }),
  route({
    method: 'POST',
    path: `${one}/close`,
    summary: 'End one’s own terminal',
    params: aTerminal,
    status: 204,
    async handle({ actor, params, reply }) {
      await closeTerminal(actor, address(params))
      return reply.code(204).send()
    },
  }),
]
