import { z } from 'zod'
import { GetPackageSchema, getPackage } from '@/lib/catalog/get-package'
import { ListPackagesSchema, listPackages } from '@/lib/catalog/list-packages'
import { movePackageVersion, packageVersionActs } from '@/lib/catalog/move-package-version'
import { uploadPackage } from '@/lib/catalog/upload-package'
import { PackageListSchema, PackageViewSchema, PublishedSchema } from '@/lib/catalog/views'
import { inOrganization, slug } from './inputs'
import { archiveTypes, mostArchiveBytes, readArchiveBody } from './read-archive-body'
import { route } from './route'

const base = '/api/v1/organizations/{org}/packages'
export const packageRoutes = [
  route({
    method: 'GET',
    path: base,
    summary: 'Packages one may make services from',
    params: inOrganization,
    query: ListPackagesSchema.omit({ organization: true }),
    response: PackageListSchema.meta({ id: 'PackageList' }),
    handle: ({ actor, params, query }) => listPackages(actor, { ...query, organization: params.org }),
  }),
  route({
    method: 'GET',
    path: `${base}/{name}`,
    summary: 'One package, its versions and its form',
    params: inOrganization.extend({ name: slug }),
    query: GetPackageSchema.omit({ organization: true, name: true }),
    response: PackageViewSchema.meta({ id: 'Package' }),
    handle: ({ actor, params, query }) => getPackage(actor, { ...query, organization: params.org, name: params.name }),
  }),
  route({
    method: 'POST',
    path: base,
    summary: 'Publish a version, private to the organisation, from a .tar.gz or .zip',
    params: inOrganization,
    query: z.object({ name: z.string().max(200).default('api') }),
    consumes: archiveTypes,
    bodyLimit: mostArchiveBytes,
    response: PublishedSchema.meta({ id: 'Published' }),
    status: 201,
    async handle({ actor, params, query, request }) {
      return uploadPackage(actor, { organization: params.org, name: query.name, archive: () => readArchiveBody(request.body) })
    },
  }),
  ...packageVersionActs.map((act) =>
    route({
      method: 'POST',
      path: `${base}/{name}/versions/{version}/${act}`,
      summary: `${act[0]?.toUpperCase()}${act.slice(1)} a version`,
      params: inOrganization.extend({ name: slug, version: slug }),
      status: 204,
      async handle({ actor, params, reply }) {
        await movePackageVersion(actor, { organization: params.org, name: params.name, version: params.version, act })
        return reply.code(204).send()
      },
    }),
  ),
]
