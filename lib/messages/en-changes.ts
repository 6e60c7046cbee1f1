export const changes = {
  changes: {
    title: 'Why did this change?',
    loading: 'Looking for it …',
    failed: 'What changed did not load. Try again in a moment.',
    none: 'Nothing has changed yet',
    askedBy: 'Asked for by {name}',
    nobodyAsked: 'Nobody had to approve it.',
  },
}
