const bullets = '••••••'
/** Shorter values would blank out ordinary text and tell more by that than they hide. */
const shortest = 3

/** Hides known secret values. Lines of a value of several lines are hidden one by one, and so is how JSON writes it. */
export class Mask {
  private values: string[] = []
  /** The same as bytes, a character each. */
  private bytes: string[] = []

  set(secrets: Iterable<string>): void {
    const all = new Set<string>()
    for (const secret of secrets) {
      for (const form of [secret, JSON.stringify(secret).slice(1, -1), ...secret.split(/\r?\n/)]) if (form.length >= shortest) all.add(form)
    }
    // Longest first: a value may contain another.
    this.values = [...all].sort((a, b) => b.length - a.length)
    this.bytes = this.values.map((value) => Buffer.from(value).toString('latin1'))
  }

  hide(text: string): string {
    let hidden = text
    for (const value of this.values) if (hidden.includes(value)) hidden = hidden.replaceAll(value, bullets)
    return hidden
  }

  /** Where an overlong line may be cut at or before `at` without cutting through a secret. */
  cutBefore(text: string, at: number, values: readonly string[] = this.values): number {
    let cut = at
    for (const value of values) {
      const start = text.lastIndexOf(value, cut - 1)
      if (start > 0 && start + value.length > cut) cut = start
      // A value may also have begun whose end has not come yet.
      for (let length = Math.min(value.length - 1, cut); length > 0; length -= 1) {
        if (cut - length > 0 && text.length < cut - length + value.length && value.startsWith(text.slice(cut - length))) cut -= length
      }
    }
    return clearOf(text, cut, values) || cut
  }

  /** The same in bytes, and not through a character either. */
  cutBytesBefore(bytes: Buffer, at: number): number {
    let cut = this.cutBefore(bytes.toString('latin1'), Math.min(at, bytes.length), this.bytes)
    const character = cut
    while (character - cut < 3 && cut > 1 && cut < bytes.length && ((bytes[cut] ?? 0) & 0xc0) === 0x80) cut -= 1
    return cut
  }

  /** How many bytes at the end may be the beginning of a secret. */
  heldBackBytes(bytes: Buffer): number {
    const text = bytes.toString('latin1')
    for (let length = Math.min(text.length, this.clearOfBytes / 2 - 1); length > 0; length -= 1) {
      const end = text.slice(-length)
      if (this.bytes.some((value) => value.length > length && value.startsWith(end)))
        return text.length - clearOf(text, text.length - length, this.bytes)
    }
    return 0
  }

  /** Hides in bytes that need not be text. */
  hideBytes(bytes: Buffer): Buffer {
    const text = bytes.toString('latin1')
    let hidden = text
    for (const value of this.bytes) if (hidden.includes(value)) hidden = hidden.replaceAll(value, Buffer.from(bullets).toString('latin1'))
    return hidden === text ? bytes : Buffer.from(hidden, 'latin1')
  }

  /** From here on no secret can go on that began before `bytes`. */
  get clearOfBytes(): number {
    return 2 * Math.max(0, ...this.bytes.map((value) => value.length))
  }
}

/** At or before `at`, and within no value: one that ends as it begins is whole, although its end might begin another. */
function clearOf(text: string, at: number, values: readonly string[]): number {
  for (let cut = at; ; ) {
    const before = cut
    for (const value of values) {
      const start = cut > 0 ? text.lastIndexOf(value, cut - 1) : -1
      if (start >= 0 && start + value.length > cut) cut = start
    }
    if (cut === before) return cut
  }
}
