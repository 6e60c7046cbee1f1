import { modelPart } from './model-part'

modelPart(2, 3)
