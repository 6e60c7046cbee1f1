import type { Messages } from './en'

/** 一起部署、一起撤下的服务。 */
export const groups: Messages['groups'] = {
  title: '组',
  hint: '互相需要的多个服务，作为一个整体部署',
  orderHint: '按此顺序部署，按相反顺序撤下',
  group: '组',
  deploy: '部署',
  deployTitle: '部署 {name}',
  noVersion: '{package} 没有可用的版本。',
  name: '组的名称',
  nameHelp: '组内服务以它命名，例如 {example}。',
  unitsOf: '{name} 的单元数',
  change: '更改',
  act: { restart: '重启', start: '启动', stop: '停止', remove: '移除组' },
  ask: { restart: '重启 {name}', start: '启动 {name}', stop: '停止 {name}', remove: '移除 {name} 及其所有服务？' },
  deleteData: '同时删除它们的数据',
  record: '部署记录',
  parts: '服务，按此顺序',
  partsDone: '已完成 {done}/{total}',
}
