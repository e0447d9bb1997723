import { Cell } from './store'

export interface Asked { figure: string; subject: string }
export const asked = new Cell<Asked | null>(null)
export const open_why = (figure: string, subject: string) => asked.set({ figure, subject })
export const close_why = () => asked.set(null)
