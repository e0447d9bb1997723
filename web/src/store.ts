import { useSyncExternalStore } from 'react'

/// One value that components watch.
export class Cell<T> {
  private listeners = new Set<() => void>()
  constructor(private value: T) {}
  get = () => this.value
  set = (value: T) => {
    if (Object.is(value, this.value)) return
    this.value = value
    for (const f of this.listeners) f()
  }
  subscribe = (f: () => void) => {
    this.listeners.add(f)
    return () => { this.listeners.delete(f) }
  }
}

export const useCell = <T>(cell: Cell<T>) => useSyncExternalStore(cell.subscribe, cell.get)
