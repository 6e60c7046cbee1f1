import { modelPart } from './model-part'

// The longest: it begins when the planted bugs are found, beside the end of the first.
modelPart([3, 4, 5, 6])
