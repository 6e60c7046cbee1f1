import type { Messages } from './en'
import type { placeRefusals as enRefusals, placeSentences as enSentences } from './en-places'

/** Where units go, what moves them, and why a machine is not chosen. */
export const places: Pick<Messages, 'places'> = {
  places: {
    planner: '最宽裕的机器',
    free: '空闲 {cpu}、{memory}',
    moveHelp: '它先在原处停止，机器确认后再在新机器上启动。',
    more: '该机器池另有 {count} 台机器，空间较少。',
  },
}

/** Among the other sentences. */
export const placeSentences: typeof enSentences = {
  unit_is_there: '已在该机器上',
  in_other_pool: '不属于机器池 {pool}',
  was_named: '由请求者指定',
  moves_with_gap: '{unit} 是唯一的单元：从停止到在别处通过检查之间无人服务',
  stays_one_each: '每台机器各有一个',
  stays_machine_silent: '其机器没有心跳，无法确认它已停止',
}

/** Among the other refusals. */
export const placeRefusals: typeof enRefusals = {
  stays_data_on_machine: '其数据在原机器上，尚不能复制到别处。',
  stays_daemon_one_each: '每台机器各有一个。',
  stays_one_each: '每台机器各有一个。',
  stays_is_stopped: '它已停止，请先启动。',
  stays_in_error: '它出错了，请先通过部署修复。',
  stays_is_held: '它被保留，直到有版本在其上成功。',
  stays_never_ran: '它尚未运行。',
  stays_machine_silent: '其机器没有心跳，无法确认它已停止。',
}
