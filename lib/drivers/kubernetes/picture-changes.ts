/** Which names of which namespaces a picture shows anew since it was asked last; begins with all of them. */
export class PictureChanges {
  private readonly names = new Map<string, Set<string>>()
  private readonly namespaces = new Set<string>()

  constructor(private isAll = false) {}

  addAll(): void {
    this.isAll = true
  }

  /** All of one namespace. */
  addNamespace(namespace: string): void {
    this.namespaces.add(namespace)
  }

  add({ namespace, name }: { readonly namespace: string; readonly name: string }): void {
    const names = this.names.get(namespace) ?? new Set()
    this.names.set(namespace, names.add(name))
  }

  /** Whether one of these names, or what is called after one of them (`web-stable-7d9f`), is among them. */
  isAbout(namespace: string, bases: readonly string[]): boolean {
    if (this.isAll || this.namespaces.has(namespace)) return true
    for (const name of this.names.get(namespace) ?? []) if (bases.some((base) => name === base || name.startsWith(`${base}-`))) return true
    return false
  }
}
