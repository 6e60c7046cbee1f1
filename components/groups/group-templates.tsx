'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useRefusal } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import { Section } from '@/components/ui/section'
import { Table } from '@/components/ui/table'
import type { GroupTemplates, GroupTemplateView } from '@/lib/groups/views'
import { Chain } from './chain'
import { type NewGroupActions, NewGroupDialog } from './new-group-dialog'

interface Props {
  view: GroupTemplates
  organizationSlug: string
  actions: NewGroupActions
}

/** Groups as they ship: several packages that need each other, deployed as one. */
export function GroupTemplatesSection({ view, organizationSlug, actions }: Props) {
  const t = useTranslations()
  const refusal = useRefusal()
  const [asked, setAsked] = useState<GroupTemplateView>()
  if (view.templates.length === 0) return null
  const lacking = (template: GroupTemplateView) => template.members.find((member) => member.packageVersionId === null)
  const whyNot = (template: GroupTemplateView) => {
    const missing = lacking(template)
    return refusal(view.gate) ?? (missing ? t('groups.noVersion', { package: missing.package }) : undefined)
  }
  return (
    <Section title={t('groups.title')} hint={t('groups.hint')}>
      <Table
        inset
        label={t('groups.title')}
        rows={view.templates}
        keyOf={(template) => template.name}
        columns={[
          {
            key: 'name',
            head: t('groups.group'),
            className: 'name two',
            cell: (template) => (
              <>
                <span className="b">{template.title}</span>
                <span className="t3 f12 sec-line">{template.description}</span>
              </>
            ),
          },
          {
            key: 'members',
            head: t('nav.services'),
            wide: true,
            cell: (template) => <Chain names={template.members.map((member) => member.name)} />,
          },
          {
            key: 'act',
            head: '',
            right: true,
            cell: (template) => (
              <Button size="sm" why={whyNot(template)} onClick={() => setAsked(template)}>
                {t('groups.deploy')}
              </Button>
            ),
          },
        ]}
      />
      {asked ? (
        <NewGroupDialog
          template={asked}
          runtimes={view.runtimes}
          organizationSlug={organizationSlug}
          actions={actions}
          close={() => setAsked(undefined)}
        />
      ) : null}
    </Section>
  )
}
