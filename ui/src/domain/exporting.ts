import { backend, problemOf, type FileKind } from '$backend';
import type { ExportFormat } from '$generated/ExportFormat';
import { bytes } from '$shared/format/size';
import { toasts } from '$shared/ui/toasts.svelte';
import { tell } from './session.svelte';

const FORMATS: Record<ExportFormat, { title: string; kind: FileKind }> = {
  pdf: { title: 'Save the report as PDF', kind: { name: 'PDF', extensions: ['pdf'] } },
  markdown: { title: 'Save the report as Markdown', kind: { name: 'Markdown', extensions: ['md'] } },
  record: { title: 'Save the record', kind: { name: 'JSON', extensions: ['json'] } },
  writeBack: { title: 'Save the checklist with its boxes ticked', kind: { name: 'Markdown', extensions: ['md'] } },
};

/** Asks where to, writes it, and says what was written. */
export async function exportRun(run: string, format: ExportFormat) {
  const { title, kind } = FORMATS[format];
  try {
    const path = await backend.chooseSavePath(title, await backend.exportName(run, format), [kind]);
    if (!path) return;
    const written = await backend.export(run, format, path);
    toasts.show({
      text: `Saved ${written.path}`,
      topic: 'export',
      detail: `${bytes(written.size)} · SHA-256 ${written.digest.slice(0, 16)}…`,
    });
  } catch (thrown) {
    tell(problemOf(thrown));
  }
}
