export const workloadStates = ['none', 'progressing', 'available', 'stopped', 'failed', 'removing', 'removed'] as const
export type WorkloadStateName = (typeof workloadStates)[number]
