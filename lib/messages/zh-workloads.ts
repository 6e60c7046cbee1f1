export const workloads = {
  workloads: {
    title: '集群',
    hint: '在集群中，单元即 Pod：由集群自行创建和迁移。',
    cluster: '集群',
    state: '状态',
    release: '发布',
    pods: 'Pod',
    podsOf: '{desired} 个中 {available} 个可用',
    updated: '已更新',
    since: '始于',
    heard: '最近应答',
    namespace: '命名空间 {name}',
    lastLines: '{name} 中的最后几行',
    nothingYet: '这里尚未下达任何指令。',
    waitsFor: '{release} 已批准，待集群恢复应答后执行',
  },
}

export const workloadStatus = {
  workload: {
    none: '新建',
    progressing: '正在发布',
    available: '可用',
    partly: '部分可用',
    stopped: '已停止',
    failed: '失败',
    removing: '正在移除',
    removed: '已移除',
    unknown: '未知',
    held: '已保持',
  },
}

export const workloadRefusals = {
  workload_held: '在某个集群中，它因部署失败而保持原状：请在那里发布新版本，或回滚。',
  namespace_missing: '该应用在此集群中没有命名空间。',
  package_runtime: '该软件包不能在那里运行。',
}
