import { modelPart } from './model-part'

modelPart(1, 3)
