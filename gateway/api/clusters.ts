import { z } from 'zod'
import { AddClusterSchema, addCluster } from '@/lib/clusters/add-cluster'
import { AdoptNamespaceSchema, adoptNamespace } from '@/lib/clusters/adopt-namespace'
import { clusterOf } from '@/lib/clusters/cluster-of'
import { ForgetClusterSchema, forgetCluster } from '@/lib/clusters/forget-cluster'
import { GetClusterSchema, getCluster } from '@/lib/clusters/get-cluster'
import { ListClustersSchema, listClusters } from '@/lib/clusters/list-clusters'
import { ListResidentsSchema, listResidents } from '@/lib/clusters/list-residents'
import { LookAtKubeconfigSchema, lookAtKubeconfig } from '@/lib/clusters/look-at-kubeconfig'
import { clusterActs, DescribeClusterSchema, describeCluster, operateCluster } from '@/lib/clusters/operate-cluster'
import { RemoveClusterSchema, removeCluster } from '@/lib/clusters/remove-cluster'
import { ReplaceCredentialSchema, replaceCredential } from '@/lib/clusters/replace-credential'
import { ResidentListSchema } from '@/lib/clusters/resident-views'
import { stayCluster } from '@/lib/clusters/stay-cluster'
import { ClusterListSchema, ClusterViewSchema, clusterStates, KubeconfigLookSchema } from '@/lib/clusters/views'
import { GrantRuntimeSchema, grantRuntime } from '@/lib/quotas/grant-runtime'
import { EnvironmentSchema } from '@/lib/views'
import { several } from './inputs'
import { route } from './route'

/** Clusters, for operators. */
export const clusterRoutes = [
  route({
    method: 'GET',
    path: '/api/v1/clusters',
    summary: 'Clusters by name',
    query: ListClustersSchema.extend({
      state: several(z.enum(clusterStates)),
      environment: several(EnvironmentSchema),
      region: several(z.string().max(100)),
    }),
    response: ClusterListSchema.meta({ id: 'ClusterList' }),
    handle: ({ actor, query }) => listClusters(actor, query),
  }),
  route({
    method: 'POST',
    path: '/api/v1/clusters/look',
    summary: 'What a kubeconfig leads to; nothing of it is kept',
    body: LookAtKubeconfigSchema,
    response: KubeconfigLookSchema.meta({ id: 'KubeconfigLook' }),
    handle: ({ actor, body }) => lookAtKubeconfig(actor, body),
  }),
  route({
    method: 'POST',
    path: '/api/v1/clusters',
    summary: 'Add a cluster by its kubeconfig',
    body: AddClusterSchema,
    response: z.object({ id: z.string(), name: z.string() }).meta({ id: 'NewCluster' }),
    status: 201,
    handle: ({ actor, body }) => addCluster(actor, body),
  }),
  route({
    method: 'GET',
    path: '/api/v1/clusters/{name}',
    summary: 'One cluster: state, what is in it, permissions, namespaces, grants, history',
    params: GetClusterSchema,
    response: ClusterViewSchema.meta({ id: 'Cluster' }),
    handle: ({ actor, params }) => getCluster(actor, params),
  }),
  route({
    method: 'GET',
    path: '/api/v1/clusters/{name}/workloads',
    summary: 'Services and routes in a cluster by name, with the pods of each',
    params: GetClusterSchema,
    query: ListResidentsSchema.omit({ name: true }),
    response: ResidentListSchema.meta({ id: 'WorkloadList' }),
    handle: ({ actor, params, query }) => listResidents(actor, { ...query, ...params }),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/clusters/{name}/description',
    summary: 'Region and labels of a cluster',
    params: GetClusterSchema,
    body: DescribeClusterSchema.omit({ clusterId: true }),
    status: 204,
    async handle({ actor, params, body, reply }) {
      const { id } = await clusterOf(actor, params.name)
      await describeCluster(actor, { ...body, clusterId: id })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'PUT',
    path: '/api/v1/clusters/{name}/credential',
    summary: 'Another credential, or another address, of the same cluster',
    params: GetClusterSchema,
    body: ReplaceCredentialSchema.omit({ clusterId: true }),
    status: 204,
    async handle({ actor, params, body, reply }) {
      const { id } = await clusterOf(actor, params.name)
      await replaceCredential(actor, { ...body, clusterId: id })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/clusters/{name}/acts/{act}',
    summary: 'Begin or end work on a cluster',
    params: GetClusterSchema.extend({ act: z.enum(clusterActs) }),
    status: 204,
    async handle({ actor, params, reply }) {
      const { id } = await clusterOf(actor, params.name)
      await operateCluster(actor, { clusterId: id, act: params.act })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'PUT',
    path: '/api/v1/clusters/{name}/grants/{organizationId}',
    summary: 'Which organisation may use a cluster, and how much of it; amounts of null end it',
    params: GetClusterSchema.extend({ organizationId: GrantRuntimeSchema.shape.organizationId }),
    body: GrantRuntimeSchema.pick({ amounts: true }),
    status: 204,
    async handle({ actor, params, body, reply }) {
      const { runtimeId } = await clusterOf(actor, params.name)
      await grantRuntime(actor, { ...body, runtimeId, organizationId: params.organizationId })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/clusters/{name}/namespaces/{applicationId}/adopt',
    summary: 'Take over a namespace that was there before',
    params: GetClusterSchema.extend({ applicationId: AdoptNamespaceSchema.shape.applicationId }),
    status: 204,
    async handle({ actor, params, reply }) {
      const { id } = await clusterOf(actor, params.name)
      await adoptNamespace(actor, { clusterId: id, applicationId: params.applicationId })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/clusters/{name}/removal',
    summary: 'Remove a cluster, and what the hub made in it; says what becomes of what lives there',
    params: GetClusterSchema,
    body: RemoveClusterSchema.omit({ clusterId: true }),
    status: 202,
    async handle({ actor, params, body, reply }) {
      const { id } = await clusterOf(actor, params.name)
      await removeCluster(actor, { ...body, clusterId: id })
      return reply.code(202).send()
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/clusters/{name}/removal',
    summary: 'End a removal that waits for what lives there',
    params: GetClusterSchema,
    status: 204,
    async handle({ actor, params, reply }) {
      const { id } = await clusterOf(actor, params.name)
      await stayCluster(actor, { clusterId: id })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/clusters/{name}/forget',
    summary: 'Forget a cluster that does not answer, with all that stays in it',
    params: GetClusterSchema,
    body: ForgetClusterSchema.omit({ clusterId: true }),
    status: 204,
    async handle({ actor, params, body, reply }) {
      const { id } = await clusterOf(actor, params.name)
      await forgetCluster(actor, { ...body, clusterId: id })
      return reply.code(204).send()
    },
  }),
]
