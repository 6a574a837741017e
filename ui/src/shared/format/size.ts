/** A file's size in the unit that keeps it short, such as `41 kB`. */
export function bytes(size: number): string {
  if (size < 1000) return `${size} B`;
  if (size < 1_000_000) return `${Math.round(size / 1000)} kB`;
  return `${(size / 1_000_000).toFixed(1)} MB`;
}

/** The first digits of a digest, enough to compare by eye. */
export function shortDigest(digest: string, digits = 6): string {
  return digest.length > digits ? `${digest.slice(0, digits)}…` : digest;
}

/** A count with its word: `1 item`, `3 items`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
