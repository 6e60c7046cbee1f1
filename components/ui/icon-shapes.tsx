import { iconsOfActs } from './icons-of-acts'
import { iconsOfThings } from './icons-of-things'

export const iconShapes = { ...iconsOfThings, ...iconsOfActs }
export type IconName = keyof typeof iconShapes
