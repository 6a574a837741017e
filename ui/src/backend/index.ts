import { isTauri } from '@tauri-apps/api/core';
import type { Backend } from './contract';
import { tauri } from './tauri';

export { problemOf } from './contract';
export type { Backend, BackendEvents, FileKind, Place } from './contract';

/**
 * The backend of this window. The fake one exists only outside a production build, so that the
 * screens also run in a plain browser; it is no part of the binary.
 */
export const backend: Backend =
  import.meta.env.MODE !== 'production' && !isTauri() ? (await import('./fake')).fake : tauri;
