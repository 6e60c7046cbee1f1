import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PersonActor } from '@/lib/auth/actor'
import { closeBus } from '@/lib/bus/bus'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { readEvents } from '@/lib/events/read-events'
import { findScope } from '@/lib/organizations/find-scope'
import { getFrame } from '@/lib/organizations/get-frame'
import { holdApplication } from '@/lib/organizations/hold-application'
import { archiveApplication, createApplication, renameApplication, restoreApplication } from '@/lib/organizations/keep-application'
import { archiveOrganization, createOrganization, renameOrganization } from '@/lib/organizations/keep-organization'
import { listOrganizations } from '@/lib/organizations/list-organizations'
import { listArchived, restoreOrganization } from '@/lib/organizations/restore-organization'
import { NewOrganizationSchema } from '@/lib/organizations/schema'
import { pace } from '@/lib/pace'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { buildPackage, buildService } from '@/lib/testing/build-service'
import { signedIn } from '@/lib/testing/signed-in'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { appointOwner } from './appoint-owner'
import { askRole } from './ask-role'
import { changeMember, giveAway, removeMember } from './change-member'
import { grantRole, refuseRole } from './decide-role-request'
import { acceptInvitation, getInvited, invite, revokeInvitation } from './invite'
import { getMembers } from './list-members'

let database: TestDatabase
let world: BuiltOrganization
let organization: string
beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  organization = world.slug
})
afterAll(async () => {
  clock.reset()
  await closeBus()
  await database.dispose()
})

let count = 0
async function somebody(email = `new-${++count}@example.org`): Promise<PersonActor> {
  return signedIn((await db.user.create({ data: { email, name: email } })).id)
}
const again = (actor: PersonActor) => signedIn(actor.id)
const tokenOf = ({ path }: { path: string }) => path.split('/').at(-1) ?? ''
const memberOf = async (userId: string) => (await db.member.findFirstOrThrow({ where: { organizationId: world.id, userId } })).id
const reasonOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code: string; details: { reason?: string; permission?: string } }) =>
      error.details.permission ?? error.details.reason ?? error.code,
  )

test('a link lets one person in, with the role that stands in it, for the whole or for one application', async () => {
  const admin = await world.person('admin')
  const token = tokenOf(await invite(admin, { organization, role: 'developer' }))
  expect(await getInvited({ token })).toMatchObject({ organizationName: 'Harbor', role: 'developer', by: 'admin' })
  const people = [await somebody(), await somebody()]
  const outcomes = await Promise.all(people.map((person) => reasonOf(acceptInvitation(person, { token }))))
  expect(outcomes.sort()).toEqual(['done', 'not_found'])
  expect(await db.member.count({ where: { organizationId: world.id, userId: { in: people.map((one) => one.id) } } })).toBe(1)

  const edge = await somebody()
  await acceptInvitation(edge, { token: tokenOf(await invite(admin, { organization, role: 'admin', application: 'edge' })) })
  const inEdge = await again(edge)
  expect(inEdge.grants).toMatchObject([{ role: 'admin' }])
  // An admin of one application invites into that one alone.
  expect(await reasonOf(invite(inEdge, { organization, role: 'viewer', application: 'edge' }))).toBe('done')
  expect(await reasonOf(invite(inEdge, { organization, role: 'viewer', application: 'shop' }))).toBe('organization.manage')
  expect(await reasonOf(invite(inEdge, { organization, role: 'viewer' }))).toBe('organization.manage')
  const seen = await getMembers(inEdge, { organization })
  expect(seen.applications.map((one) => one.slug)).toEqual(['edge'])
  expect(seen.invitations.every((one) => one.application?.slug === 'edge')).toBe(true)
})

test('a link that is over, revoked, for another e-mail, or of somebody who may not invite any more lets nobody in', async () => {
  const owner = await world.person('owner')
  const person = await somebody('ada@example.org')
  const bound = tokenOf(await invite(owner, { organization, role: 'viewer', email: 'ada@example.org' }))
  expect(await reasonOf(acceptInvitation(await somebody(), { token: bound }))).toBe('another_email')
  const revoked = await invite(owner, { organization, role: 'viewer' })
  await revokeInvitation(owner, { organization, id: revoked.id })
  expect(await reasonOf(acceptInvitation(person, { token: tokenOf(revoked) }))).toBe('not_found')
  expect(await reasonOf(revokeInvitation(owner, { organization, id: revoked.id }))).toBe('invitation_over')
  const inviter = await somebody()
  await acceptInvitation(inviter, { token: tokenOf(await invite(owner, { organization, role: 'admin' })) })
  const token = tokenOf(await invite(await again(inviter), { organization, role: 'admin' }))
  await changeMember(owner, { organization, id: await memberOf(inviter.id), role: 'viewer' })
  expect(await reasonOf(acceptInvitation(person, { token }))).toBe('not_found')
  await acceptInvitation(person, { token: bound })
  // A weaker role changes nothing, and leaves the link to others.
  const viewer = tokenOf(await invite(owner, { organization, role: 'viewer' }))
  expect(await reasonOf(acceptInvitation(await again(person), { token: viewer }))).toBe('member_already')
  expect(await reasonOf(acceptInvitation(await somebody(), { token: viewer }))).toBe('done')
  const late = tokenOf(await invite(owner, { organization, role: 'viewer' }))
  clock.advance(pace('invitation'))
  expect(await reasonOf(acceptInvitation(await somebody(), { token: late }))).toBe('not_found')
  clock.reset()
})

test('only owners make owners, and the last one stays until somebody else is', async () => {
  const [owner, admin] = [await world.person('owner'), await world.person('admin')]
  const [ofOwner, ofAdmin, ofViewer] = await Promise.all([memberOf(owner.id), memberOf(admin.id), memberOf(world.userIds.viewer)])
  expect(await reasonOf(changeMember(admin, { organization, id: ofViewer, role: 'owner' }))).toBe('organization.delete')
  expect(await reasonOf(changeMember(admin, { organization, id: ofOwner, role: 'admin' }))).toBe('organization.delete')
  expect(await reasonOf(removeMember(admin, { organization, id: ofOwner }))).toBe('organization.delete')
  expect(await reasonOf(removeMember(owner, { organization, id: ofOwner }))).toBe('last_owner')
  expect(await reasonOf(changeMember(owner, { organization, id: ofOwner, role: 'admin' }))).toBe('last_owner')
  expect(await reasonOf(removeMember(await world.person('developer'), { organization, id: ofViewer }))).toBe('organization.manage')
  expect(await reasonOf(changeMember(await world.person('stranger'), { organization, id: ofViewer, role: 'admin' }))).toBe('not_found')
  // Two owners who leave at once: one of them stays.
  await changeMember(owner, { organization, id: ofAdmin, role: 'owner' })
  const both = [
    removeMember(owner, { organization, id: ofOwner }),
    removeMember(await world.person('admin'), { organization, id: ofAdmin }),
  ]
  expect((await Promise.all(both.map(reasonOf))).sort()).toEqual(['done', 'last_owner'])
  expect(await db.member.count({ where: { organizationId: world.id, role: 'owner' } })).toBe(1)
})

test('who lacks a role asks for it, once; who may give it gives it or says why not', async () => {
  const [viewer, admin, developer] = [await world.person('viewer'), await world.person('second'), await world.person('developer')]
  const asked = { organization, role: 'developer', reason: 'to deploy the shop' } as const
  const { id } = await askRole(viewer, asked)
  expect(await reasonOf(askRole(viewer, asked))).toBe('role_asked')
  expect(await reasonOf(askRole(developer, asked))).toBe('nothing_to_do')
  expect(await reasonOf(askRole(await world.person('edgeOnly'), { ...asked, application: 'shop' }))).toBe('not_found')
  expect((await getMembers(admin, { organization })).requests).toMatchObject([{ id, role: 'developer', reason: 'to deploy the shop' }])
  expect((await getMembers(developer, { organization })).requests).toEqual([])
  expect(await reasonOf(grantRole(viewer, { organization, id }))).toBe('organization.manage')
  const both = [grantRole(admin, { organization, id }), refuseRole(admin, { organization, id, answer: 'not yet' })]
  expect((await Promise.all(both.map(reasonOf))).sort()).toEqual(['done', 'request_over'])
  const { role } = await db.member.findFirstOrThrow({ where: { userId: viewer.id } })
  const { state } = await db.roleRequest.findUniqueOrThrow({ where: { id } })
  expect([role, state]).toEqual(state === 'granted' ? ['developer', 'granted'] : ['viewer', 'refused'])
  // Who has left does not come back by what was asked before.
  const late = await askRole(developer, { ...asked, role: 'admin' })
  await removeMember(developer, { organization, id: await memberOf(developer.id) })
  expect(await reasonOf(grantRole(admin, { organization, id: late.id }))).toBe('not_found')
})

test('an organisation is made by anybody, renamed, given away, and archived once nothing runs in it', async () => {
  const maker = await somebody()
  const draft = NewOrganizationSchema.parse({ slug: 'lighthouse', name: 'Lighthouse', application: { slug: 'lamp', name: 'Lamp' } })
  await createOrganization(maker, draft)
  const owner = await again(maker)
  expect(await reasonOf(createOrganization(owner, draft))).toBe('name_taken')
  await renameOrganization(owner, { organization: 'lighthouse', name: 'Lighthouses' })
  expect((await getMembers(owner, { organization: 'lighthouse' })).organization.name).toBe('Lighthouses')
  const next = await somebody()
  expect(await reasonOf(giveAway(owner, { organization: 'lighthouse', userId: next.id }))).toBe('not_found')
  await acceptInvitation(next, { token: tokenOf(await invite(owner, { organization: 'lighthouse', role: 'viewer' })) })
  const late = { ...owner, session: { id: 's', signedInAt: new Date(0) } }
  expect(await reasonOf(giveAway(late, { organization: 'lighthouse', userId: next.id }))).toBe('fresh_sign_in')
  await giveAway(owner, { organization: 'lighthouse', userId: next.id })
  expect([(await again(owner)).grants[0]?.role, (await again(next)).grants[0]?.role]).toEqual(['admin', 'owner'])
  expect(await reasonOf(archiveOrganization(await again(owner), { organization: 'lighthouse' }))).toBe('organization.delete')
  const open = tokenOf(await invite(await again(next), { organization: 'lighthouse', role: 'viewer' }))
  await archiveOrganization(await again(next), { organization: 'lighthouse' })
  expect((await again(next)).grants).toEqual([])
  expect(await reasonOf(acceptInvitation(await somebody(), { token: open }))).toBe('not_found')
  expect(await reasonOf(createOrganization(next, draft))).toBe('name_taken')

  const left = await db.member.findFirstOrThrow({ where: { organizationId: world.id, role: 'owner' } })
  await buildService({ ...world, person: async () => signedIn(left.userId) }, await buildPackage(['1.0.0'], { organizationId: world.id }), {
    environment: 'test',
  })
  expect(await reasonOf(archiveOrganization(await signedIn(left.userId), { organization }))).toBe('has_services')
})

test('an organisation gets one more application, by those who manage it, and its address stays', async () => {
  const owner = await somebody()
  const { slug } = await createOrganization(owner, { slug: 'quay', name: 'Quay', application: { slug: 'shop', name: 'Shop' } })
  const { id: organizationId } = await db.organization.findUniqueOrThrow({ where: { slug } })
  const [manager, joining, stranger] = [await again(owner), await somebody(), await somebody()]
  await db.member.create({ data: { userId: joining.id, organizationId, role: 'developer' } })
  const developer = await again(joining)
  const draft = { organization: slug, slug: 'website', name: 'Website' }
  expect(await reasonOf(createApplication(developer, draft))).toBe('organization.manage')
  expect(await reasonOf(createApplication(stranger, draft))).toBe('not_found')
  const both = await Promise.all([1, 2].map(() => reasonOf(createApplication(manager, draft))))
  expect(both.sort()).toEqual(['done', 'name_taken'])
  await renameApplication(manager, { organization: slug, application: 'website', name: 'The website' })
  expect(await reasonOf(renameApplication(developer, { organization: slug, application: 'website', name: 'Mine' }))).toBe(
    'organization.manage',
  )
  expect(await reasonOf(renameApplication(manager, { organization: slug, application: 'nowhere', name: 'Mine' }))).toBe('not_found')
  const { applications } = await getMembers(manager, { organization: slug })
  expect(applications.map((one) => [one.slug, one.name, one.gates.rename.allowed])).toContainEqual(['website', 'The website', true])
})

test('an application is archived once nothing runs in it, is nowhere then, and comes back as it was', async () => {
  // Of the first admin nobody knows whether they are still there: two owners left at once above.
  const [admin, joining] = [await world.person('second'), await somebody()]
  await db.member.create({ data: { userId: joining.id, organizationId: world.id, role: 'developer' } })
  const developer = await again(joining)
  const edge = { organization, application: 'edge' }
  expect(await reasonOf(archiveApplication(developer, edge))).toBe('organization.manage')
  const at = { name: 'runs', environment: 'test', by: 'second', application: 'shop' } as const
  await buildService(world, await buildPackage(['1.0.0'], { organizationId: world.id }), at)
  expect(await reasonOf(archiveApplication(admin, { organization, application: 'shop' }))).toBe('has_services')
  const open = tokenOf(await invite(admin, { ...edge, role: 'developer' }))
  await archiveApplication(admin, edge)
  expect(await reasonOf(archiveApplication(admin, edge))).toBe('not_found')
  expect(await reasonOf(acceptInvitation(await somebody(), { token: open }))).toBe('not_found')
  expect(await reasonOf(findScope(admin, edge))).toBe('not_found')
  expect(await reasonOf(transaction((tx) => holdApplication(tx, edge)))).toBe('not_found')
  expect(await reasonOf(createApplication(admin, { organization, slug: 'edge', name: 'Edge' }))).toBe('name_taken')
  const frame = await getFrame(admin, { organization })
  expect(frame.organization?.applications.map((one) => one.slug)).toEqual(['shop'])
  // Something has to be left that services can be put into.
  await db.service.updateMany({ data: { removedAt: clock.now() } })
  expect(await reasonOf(archiveApplication(admin, { organization, application: 'shop' }))).toBe('last_application')
  expect((await getMembers(admin, { organization })).archived.map((one) => one.slug)).toEqual(['edge'])
  expect((await getMembers(developer, { organization })).archived).toEqual([])
  expect(await reasonOf(restoreApplication(developer, edge))).toBe('organization.manage')
  await restoreApplication(admin, edge)
  expect((await findScope(admin, edge)).application?.slug).toBe('edge')
})

test('an archived organisation is brought back by who owned it, or an operator, with all its roles', async () => {
  const owner = await somebody()
  const { slug } = await createOrganization(owner, { slug: 'pier', name: 'Pier', application: { slug: 'shop', name: 'Shop' } })
  await archiveOrganization(await again(owner), { organization: slug })
  expect((await listArchived(await again(owner))).map((one) => one.slug)).toEqual([slug])
  expect(await reasonOf(restoreOrganization(await somebody(), { organization: slug }))).toBe('not_found')
  await restoreOrganization(await again(owner), { organization: slug })
  expect((await again(owner)).grants).toMatchObject([{ role: 'owner' }])
  await archiveOrganization(await again(owner), { organization: slug })
  const operator = await signedIn(world.userIds.operator)
  const archived = await listOrganizations(operator, { state: ['archived'] })
  expect(archived.items).toContainEqual(expect.objectContaining({ slug, services: 0, members: 1, owners: [expect.anything()] }))
  await restoreOrganization(operator, { organization: slug })
  expect(await reasonOf(restoreOrganization(operator, { organization: slug }))).toBe('not_found')
})

test('an operator says who owns what nobody owns any more, and nothing while somebody does', async () => {
  const [owner, other] = [await somebody('mast@example.org'), await somebody('sail@example.org')]
  const { slug } = await createOrganization(owner, { slug: 'mast', name: 'Mast', application: { slug: 'shop', name: 'Shop' } })
  const operator = await signedIn(world.userIds.operator)
  const appoint = (email: string, by = operator) => appointOwner(by, { organization: slug, email })
  expect(await reasonOf(appoint('sail@example.org'))).toBe('has_owner')
  await db.user.update({ where: { id: owner.id }, data: { blockedAt: clock.now() } })
  expect((await listOrganizations(operator, { state: ['ownerless'] })).items.map((one) => one.slug)).toContain(slug)
  expect(await reasonOf(appoint('nobody@example.org'))).toBe('invalid')
  expect(await reasonOf(appoint('mast@example.org'))).toBe('invalid')
  expect(await reasonOf(appoint('sail@example.org', await world.person('owner')))).toBe('not_found')
  const { session: _, ...late } = operator
  expect(await reasonOf(appoint('sail@example.org', late))).toBe('fresh_sign_in')
  await appoint('sail@example.org')
  expect((await again(other)).grants).toMatchObject([{ role: 'owner' }])
  const { id } = await db.organization.findUniqueOrThrow({ where: { slug } })
  const [event] = await readEvents('organization', id)
  expect(event).toMatchObject({ name: 'organization.owner_appointed', data: { before: { role: null }, after: { role: 'owner' } } })
})
