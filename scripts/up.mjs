import './needs-node.mjs'

// Read only now: an older Node cannot even read it.
import('./up-main.mjs')
