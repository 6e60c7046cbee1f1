import { modelPart } from './model-part'

modelPart([0, 1, 2])
