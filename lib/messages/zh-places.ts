import type { Messages } from './en'
import type { placeRefusals as enRefusals, placeSentences as enSentences } from './en-places'

/** Where units go, what moves them, and why a machine is not chosen. */
export const places: Pick<Messages, 'places' | 'rules'> = {
  places: {
    planner: '最宽裕的机器',
    free: '空闲 {cpu}、{memory}',
    moveHelp: '它先在原处停止，机器确认后再在新机器上启动。',
    more: '该机器池另有 {count} 台机器，空间较少。',
  },
  rules: {
    title: '单元可放置的位置',
    edit: '更改',
    editOf: '{name} 的单元在 {runtime} 可放置的位置',
    help: '只影响此后新建或迁移的单元；正在运行的单元留在原处。',
    save: '保存',
    spread: '分散于',
    spreadHelp: '单元会放到尽可能多的不同位置。',
    over: { machine: '机器', rack: '机架', zone: '可用区' },
    spreads: { machine: '分散于各机器', rack: '分散于各机架', zone: '分散于各可用区' },
    neighbours: '其他服务',
    neighboursHelp: '“远离”是双向的：另一个服务也会避开本服务。',
    neighboursRule: '每行选择一个服务，每个服务只出现一次。',
    noServices: '该应用没有其他服务。',
    add: '添加规则',
    removeLine: '删除此规则',
    strength: '严格程度',
    must: '必须',
    would: '最好',
    side: '靠近或远离',
    near: '靠近',
    apart: '远离',
    on: '范围',
    same: { machine: '同一机器', rack: '同一机架', zone: '同一可用区' },
    mustNear: '靠近 {service}：{place}',
    wouldNear: '尽量靠近 {service}：{place}',
    mustApart: '远离 {service}：不在{place}',
    wouldApart: '尽量远离 {service}：不在{place}',
    needsLabel: '仅限带有 {label} 的机器',
    labels: '机器标签',
    labelsHelp: '每行一个 名称=值，例如 disk=ssd。只有具备全部标签的机器才会接收其单元。',
  },
}

/** Among the other sentences. */
export const placeSentences: typeof enSentences = {
  unit_is_there: '已在该机器上',
  in_other_pool: '不属于机器池 {pool}',
  lacks_label: '没有标签 {label}',
  same_machine_as: '与 {unit} 同一机器',
  same_rack_as: '与 {unit} 同一机架',
  same_zone_as: '与 {unit} 同一可用区',
  not_near_on_machine: '其上没有 {service} 的单元',
  not_near_on_rack: '其机架没有 {service} 的单元',
  not_near_on_zone: '其可用区没有 {service} 的单元',
  no_rack_said: '不知道其机架',
  no_zone_said: '不知道其可用区',
  near_on_machine: '与 {unit} 在一起',
  near_on_rack: '如愿与 {unit} 同一机架',
  near_on_zone: '如愿与 {unit} 同一可用区',
  fewest_in_rack: '机架 {place} 有该服务的 {units} 个单元，最少',
  fewest_in_zone: '可用区 {place} 有该服务的 {units} 个单元，最少',
  least_missing: '此处有 {count} 个愿望未满足，没有更好的机器',
  was_named: '由请求者指定',
  moves_with_gap: '{unit} 是唯一的单元：从停止到在别处通过检查之间无人服务',
  stays_one_each: '每台机器各有一个',
  stays_machine_silent: '其机器没有心跳，无法确认它已停止',
}

/** Among the other refusals. */
export const placeRefusals: typeof enRefusals = {
  no_home: '这里没有它可以归属的服务。',
  many_homes: '这里有多个同名服务；请移除或忘记它。',
  number_taken: '其服务已有该编号的单元。',
  stays_data_on_machine: '其数据在原机器上，尚不能复制到别处。',
  stays_daemon_one_each: '每台机器各有一个。',
  stays_one_each: '每台机器各有一个。',
  stays_is_stopped: '它已停止，请先启动。',
  stays_in_error: '它出错了，请先通过部署修复。',
  stays_is_held: '它被保留，直到有版本在其上成功。',
  stays_never_ran: '它尚未运行。',
  stays_machine_silent: '其机器没有心跳，无法确认它已停止。',
}
