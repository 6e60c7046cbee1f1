import { modelPart } from './model-part'

// The most, for it has only the planted bugs before it.
modelPart([3, 4, 5, 6])
