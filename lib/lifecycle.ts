import { AppError } from '@/lib/errors'

/** An event of a lifecycle: the states it may leave and the one it enters. `from: []` means it creates the thing. */
export interface LifecycleRow<State extends string> {
  readonly from: readonly State[]
  readonly to: State
  /** When it happens, for the generated docs. */
  readonly when: string
}

/** A lifecycle is a table. Gates, disabled buttons, docs and tests all read it; nothing repeats it. */
export const defineLifecycle =
  <State extends string>() =>
  <Event extends string>(table: Record<Event, LifecycleRow<State>>) => {
    const rows = Object.values<LifecycleRow<State>>(table)
    const can = (state: State, event: Event): boolean => table[event].from.includes(state)
    return {
      table,
      can,
      events: Object.keys(table) as Event[],
      states: [...new Set(rows.flatMap((row) => [...row.from, row.to]))],
      /** No event leaves it. Derived, so it cannot disagree with the table. */
      isFinal: (state: State): boolean => !rows.some((row) => row.from.includes(state)),
      next(state: State, event: Event): State {
        if (!can(state, event))
          throw new AppError('conflict', `Cannot ${event.replaceAll('_', ' ')} while ${state.replaceAll('_', ' ')}.`, { state, event })
        return table[event].to
      },
    }
  }
