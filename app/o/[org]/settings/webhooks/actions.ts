'use server'

import { action } from '@/app/_server/action'
import {
  redeliver as again,
  createWebhook as create,
  NewWebhookSchema,
  RedeliverSchema,
  removeWebhook as remove,
  SwitchWebhookSchema,
  switchWebhook as turn,
  WebhookRefSchema,
} from '@/lib/notices/keep-webhook'

export const createWebhook = action(NewWebhookSchema, create)
export const removeWebhook = action(WebhookRefSchema, remove)
export const switchWebhook = action(SwitchWebhookSchema, turn)
export const redeliver = action(RedeliverSchema, again)
