'use client'

import { useEffect, useRef, useState } from 'react'
import { z } from 'zod'
import { postJson } from '@/components/frame/fetch-json'
import { PlanPreviewSchema } from '@/lib/deploys/views'
import { api } from '@/lib/paths'
import type { ServiceRow } from '@/lib/services/views'
import {
  type BulkInput,
  type BulkItem,
  type BulkVerb,
  changeOf,
  commonCount,
  isCount,
  replan,
  retry,
  startItems,
  toAsk,
  withAnswer,
  withPlan,
  withSent,
} from './bulk-state'

const AskedSchema = z.object({ number: z.number().int() })

interface Ask {
  verb: BulkVerb
  rows: readonly ServiceRow[]
  organizationSlug: string
}

/** One after the other: each plan holds its pools while it is made, and the first answers are seen at once. */
function usePlans(
  { verb, organizationSlug }: Ask,
  input: BulkInput,
  items: BulkItem[],
  change: (to: (before: BulkItem[]) => BulkItem[]) => void,
) {
  const next = verb === 'scale' && !isCount(input.count) ? undefined : items.find((item) => item.step === 'planning')?.row
  const key = JSON.stringify([next?.stageId, input])
  const latest = useRef({ next, input, change })
  latest.current = { next, input, change }
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the row and the input
  useEffect(() => {
    const { next: row, input: asked } = latest.current
    if (!row) return
    let dropped = false
    const timer = setTimeout(async () => {
      const result = await postJson(api.previews(organizationSlug), { body: changeOf(verb, row, asked), schema: PlanPreviewSchema })
      if (!dropped) latest.current.change((before) => withPlan(before, row.stageId, result))
    })
    return () => {
      dropped = true
      clearTimeout(timer)
    }
  }, [key, verb, organizationSlug])
}

/** A change of several services: a plan to look at for each, then a deploy for each, whatever becomes of the others. */
export function useBulk(ask: Ask) {
  const { verb, rows, organizationSlug } = ask
  const [items, setItems] = useState(() => startItems(verb, rows))
  const [input, setInput] = useState<BulkInput>(() => ({ count: commonCount(rows), keepData: true }))
  const [busy, setBusy] = useState(false)
  usePlans(ask, input, items, setItems)
  const send = async (item: BulkItem, reason: string) => {
    const plan = item.plan ? { expectedHash: item.plan.expectedHash } : {}
    const sent = item.sent ?? {
      key: crypto.randomUUID(),
      body: { ...changeOf(verb, item.row, input), ...(reason ? { reason } : {}), ...plan },
    }
    setItems((before) => withSent(before, item.row.stageId, sent))
    const result = await postJson(api.requests(organizationSlug), { ...sent, schema: AskedSchema })
    setItems((before) => withAnswer(before, item.row.stageId, result))
  }
  return {
    items,
    input,
    busy,
    setInput: (change: Partial<BulkInput>) => {
      setInput((before) => ({ ...before, ...change }))
      setItems(replan)
    },
    retry: () => setItems(retry),
    ask: async (reason: string) => {
      setBusy(true)
      for (const item of toAsk(items)) await send(item, reason)
      setBusy(false)
    },
  }
}
