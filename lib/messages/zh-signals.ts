export const signals = {
  signals: {
    title: '{says}。',
    does: { fault: '已停用，其单元可迁往别处。', no_new_units: '不再接收新单元。' },
    over: '现已消失；仍计至',
  },
}

export const signalSentences = {
  signal_not_heard: '曾无心跳',
  signal_disk_unwritable: '磁盘无法写入',
  signal_disk_full: '磁盘已满：剩余 {free} MiB',
  signal_clock_off: '时钟{way, select, ahead {快} other {慢}}了 {minutes} 分钟',
  signal_units_failing: '多数单元出错，且属于多个服务',
  signal_flapping: '反复静默：十分钟内恢复 {times} 次',
  fault_not_heard: '已有 {seconds} 秒无心跳',
  fault_not_heard_overdue: '已有 {seconds} 秒无心跳，且维护超期',
  fault_disk_unwritable: '磁盘无法写入',
  reported_by_operator: '由操作员报告',
  as_said: '{text}',
  waits_steady: '已恢复正常；不迁移任何单元，稳定足够久后连同单元一起恢复',
}

export const signalEvents = {
  machine_warned:
    '不再接收新单元：{signal, select, disk_full {磁盘已满} clock_off {时钟不准} units_failing {多数单元出错} other {反复静默}}',
  machine_warning_over:
    '重新接收新单元：{signal, select, disk_full {磁盘有空间} clock_off {时钟正确} units_failing {单元正常} other {心跳稳定}}',
}
