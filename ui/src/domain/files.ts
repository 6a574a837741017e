import type { FileKind } from '$backend';

/** The files that may hold a checklist. */
export const MARKDOWN: FileKind = { name: 'Markdown', extensions: ['md', 'markdown', 'mdown', 'txt'] };
