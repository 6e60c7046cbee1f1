import type { IconName } from '@/components/ui/icon-shapes'
import type { ServiceAct } from '@/lib/services/views'

export const actIcons: Partial<Record<ServiceAct, IconName>> = {
  upgrade: 'up-arrow',
  restart: 'restart',
  start: 'play',
  stop: 'pause',
  rollback: 'undo',
  accept: 'check',
  migrate: 'move',
  remove: 'trash',
  scale: 'scale',
  resize: 'resize',
  promote: 'arrow',
  add_stage: 'plus',
  clone: 'copy',
  command: 'terminal',
}
