export const changes = {
  changes: {
    title: '为何改变？',
    loading: '正在查找 …',
    failed: '未能读取变更。请稍后再试。',
    none: '还没有变更',
    askedBy: '由 {name} 请求',
    nobodyAsked: '无需任何人批准。',
  },
}
