import { modelPart } from './model-part'

modelPart([7, 8, 9])
