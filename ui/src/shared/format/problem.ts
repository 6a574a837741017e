import type { Problem } from '$generated/Problem';

/** Where a problem is and what to do about it, in one line. */
export function whereAndHow({ place, hint }: Problem): string {
  return [place, hint].filter(Boolean).join(' · ');
}
