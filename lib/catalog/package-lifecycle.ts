import type { PackageState } from '@/lib/db/generated/enums'
import { defineLifecycle } from '@/lib/lifecycle'

/** A package version (5-model 2). Private ones go straight from draft to active; public ones pass review. */
export const packageLifecycle = defineLifecycle<PackageState>()({
  upload: { from: [], to: 'draft', when: 'an archive was validated and stored' },
  publish: { from: ['draft'], to: 'active', when: 'private to its organisation' },
  submit: { from: ['draft'], to: 'submitted', when: 'its author asks for review' },
  take_back: { from: ['submitted'], to: 'draft', when: 'its author takes it back' },
  take_review: { from: ['submitted'], to: 'in_review', when: 'a reviewer takes it' },
  pass: { from: ['in_review'], to: 'passed', when: 'the review passed' },
  reject: { from: ['in_review'], to: 'rejected', when: 'the review found something' },
  rework: { from: ['rejected'], to: 'draft', when: 'its author works on it again' },
  activate: { from: ['passed'], to: 'active', when: 'released to everybody' },
  suspend: { from: ['active'], to: 'suspended', when: 'no new installs or upgrades; what runs goes on' },
  resume: { from: ['suspended'], to: 'active', when: 'may be installed again' },
  delete: { from: ['suspended', 'draft'], to: 'deleted', when: 'no release of a live service refers to it' },
})
