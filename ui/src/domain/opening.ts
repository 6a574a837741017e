import { backend, type Place } from '$backend';
import { current } from './current.svelte';
import { route } from './route.svelte';

/** The item whose Inspector lies under a place in the window, if any. */
export function evidenceTarget(at: Place | null): string | null {
  const under = at ? document.elementFromPoint(at.x, at.y)?.closest('[data-evidence-of]') : null;
  return under?.getAttribute('data-evidence-of') ?? null;
}

/** Files from outside: evidence where they were dropped on the Inspector, otherwise a checklist to look at. */
export function openPaths(paths: string[], at: Place | null) {
  const item = evidenceTarget(at);
  if (item && current.run) {
    void current.run.ask(backend.itemEvidence(current.run.id, item, paths));
    return;
  }
  const [first] = paths;
  if (first) route.go({ at: 'preview', source: first });
}
