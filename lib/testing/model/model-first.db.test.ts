import { modelPart } from './model-part'

modelPart(0, 3)
