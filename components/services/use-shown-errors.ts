import type { Draft } from './use-draft'

/** What is wrong, of fields that somebody touched; after the first try to go on, of all. */
export function useShownErrors({ draft, showAll }: { draft: Draft; showAll: boolean }) {
  const touched = draft.form.formState.touchedFields
  const wasTouched = (key: string) => {
    const formName = key.replaceAll('.', '·')
    const own = touched as Record<string, unknown>
    const relation = /^relations\.(.+)$/.exec(key)?.[1]
    if (relation) return Boolean((touched.relations as Record<string, unknown> | undefined)?.[relation])
    return Boolean(own[key === 'runtime' ? 'runtimeId' : key] || touched.fields?.[formName] || touched.secrets?.[formName])
  }
  return Object.fromEntries(Object.entries(draft.errors).filter(([key]) => showAll || wasTouched(key)))
}
