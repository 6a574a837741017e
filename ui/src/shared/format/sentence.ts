/** A text that stands alone begins with a capital, also where it was written to follow a place. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
