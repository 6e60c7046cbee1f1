export const workloads = {
  workloads: {
    title: 'Clusters',
    hint: 'In a cluster the units are pods: it makes and moves them by itself.',
    cluster: 'Cluster',
    state: 'State',
    release: 'Release',
    pods: 'Pods',
    podsOf: '{available} of {desired} available',
    updated: 'New',
    since: 'Since',
    heard: 'Heard',
    namespace: 'namespace {name}',
    lastLines: 'Last lines in {name}',
    nothingYet: 'Nothing was ordered here yet.',
    waitsFor: '{release} is approved and put off until the cluster answers',
  },
}

export const workloadStatus = {
  workload: {
    none: 'New',
    progressing: 'Rolling out',
    available: 'Available',
    partly: 'Partly available',
    stopped: 'Stopped',
    failed: 'Failed',
    removing: 'Removing',
    removed: 'Removed',
    unknown: 'Unknown',
    held: 'Held',
  },
}

export const workloadRefusals = {
  workload_held: 'In a cluster it is held after a failed deploy: bring a release there, or roll back.',
  namespace_missing: 'The application has no namespace in this cluster.',
  package_runtime: 'This package does not run there.',
}
