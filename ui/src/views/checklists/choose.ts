import { backend, problemOf } from '$backend';
import { MARKDOWN } from '$domain/files';
import { route } from '$domain/route.svelte';
import { tell } from '$domain/session.svelte';

/** Asks for a Markdown file and shows it; nothing happens when the dialog is cancelled. */
export async function openChecklist() {
  try {
    const [path] = await backend.chooseFiles('Open a checklist', [MARKDOWN], false);
    if (path) route.go({ at: 'preview', source: path });
  } catch (thrown) {
    tell(problemOf(thrown));
  }
}
