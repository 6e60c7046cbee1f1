'use server'

import { action } from '@/app/_server/action'
import { AddClusterSchema, addCluster as add } from '@/lib/clusters/add-cluster'
import { LookAtKubeconfigSchema, lookAtKubeconfig as look } from '@/lib/clusters/look-at-kubeconfig'

export const lookAtKubeconfig = action(LookAtKubeconfigSchema, look)
export const addCluster = action(AddClusterSchema, add)
