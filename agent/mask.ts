const bullets = '••••••'
/** Shorter values would blank out ordinary text and tell more by that than they hide. */
const shortest = 3

/** Hides known secret values. Lines of a value of several lines are hidden one by one, and so is how JSON writes it. */
export class Mask {
  private values: string[] = []

  set(secrets: Iterable<string>): void {
    const all = new Set<string>()
    for (const secret of secrets) {
      for (const form of [secret, JSON.stringify(secret).slice(1, -1), ...secret.split(/\r?\n/)]) if (form.length >= shortest) all.add(form)
    }
    // Longest first: a value may contain another.
    this.values = [...all].sort((a, b) => b.length - a.length)
  }

  hide(text: string): string {
    let hidden = text
    for (const value of this.values) if (hidden.includes(value)) hidden = hidden.replaceAll(value, bullets)
    return hidden
  }

  /** Where an overlong line may be cut at or before `at` without cutting through a secret. */
  cutBefore(text: string, at: number): number {
    let cut = at
    for (const value of this.values) {
      const start = text.lastIndexOf(value, cut - 1)
      if (start > 0 && start + value.length > cut) cut = start
      // A value may also have begun whose end has not come yet.
      for (let length = Math.min(value.length - 1, cut); length > 0; length -= 1) {
        if (cut - length > 0 && text.length < cut - length + value.length && value.startsWith(text.slice(cut - length))) cut -= length
      }
    }
    return cut
  }
}
