'use server'

import { action } from '@/app/_server/action'
import { AdoptNamespaceSchema, adoptNamespace as adopt } from '@/lib/clusters/adopt-namespace'
import { ForgetClusterSchema, forgetCluster as forget } from '@/lib/clusters/forget-cluster'
import { LookAtKubeconfigSchema, lookAtKubeconfig } from '@/lib/clusters/look-at-kubeconfig'
import {
  DescribeClusterSchema,
  describeCluster as describe,
  OperateClusterSchema,
  operateCluster as operate,
} from '@/lib/clusters/operate-cluster'
import { RemoveClusterSchema, removeCluster as remove } from '@/lib/clusters/remove-cluster'
import { ReplaceCredentialSchema, replaceCredential as replace } from '@/lib/clusters/replace-credential'
import { StayClusterSchema, stayCluster as stay } from '@/lib/clusters/stay-cluster'
import { EndRestoreSchema, endRestore } from '@/lib/machines/end-restore'
import { GrantRuntimeSchema, grantRuntime } from '@/lib/quotas/grant-runtime'
import { OfferPoolSchema, offerPool } from '@/lib/quotas/offer-pool'

export const adoptNamespace = action(AdoptNamespaceSchema, adopt)
export const describeCluster = action(DescribeClusterSchema, describe)
export const operateCluster = action(OperateClusterSchema, operate)
export const removeCluster = action(RemoveClusterSchema, remove)
export const stayCluster = action(StayClusterSchema, stay)
export const forgetCluster = action(ForgetClusterSchema, forget)
export const replaceCredential = action(ReplaceCredentialSchema, replace)
export const lookAtCredential = action(LookAtKubeconfigSchema, lookAtKubeconfig)
export const grantCluster = action(GrantRuntimeSchema, grantRuntime)
export const endClusterRestore = action(EndRestoreSchema, endRestore)
export const offerCluster = action(OfferPoolSchema, offerPool)
