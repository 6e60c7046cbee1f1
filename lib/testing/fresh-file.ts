import { clock } from '@/lib/clock'

// Files that share their modules share the clock as well: each begins at the present.
clock.reset()
