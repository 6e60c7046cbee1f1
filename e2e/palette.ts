import type { Locator, Page } from '@playwright/test'
import { expect } from './test'

/** Opens it by its key, as soon as the page hears keys, and gives the box that is typed into. */
export async function openPalette(page: Page): Promise<Locator> {
  const box = page.getByRole('dialog').getByRole('combobox')
  await expect(async () => {
    if (!(await box.isVisible())) await page.keyboard.press('Control+k')
    await expect(box).toBeFocused({ timeout: 1_000 })
  }).toPass()
  return box
}
