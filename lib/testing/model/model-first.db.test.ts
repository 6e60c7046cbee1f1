import { modelPart } from './model-part'

// The larger a file the sooner it is begun: this one beside the planted bugs, the second when those are found, the third after this one.
modelPart([0, 1, 2])
