import { current } from '$domain/current.svelte';
import { listing } from '$domain/listing';
import { firstScreen, route, type Screen } from '$domain/route.svelte';
import { store } from '$domain/session.svelte';
import { SCREENS } from './screens';

/** How long the window stays empty at most; what takes longer than this shows that it is being read. */
const PATIENCE_MS = 400;

/**
 * Asks for all that the first screen needs, and lets the window be drawn when it is there: one picture instead of
 * three that replace each other. A slow disk delays it by no more than {@link PATIENCE_MS}.
 */
export async function begin(draw: () => void) {
  const ready = Promise.all([open(), typeface()]);
  await Promise.race([ready, new Promise((done) => setTimeout(done, PATIENCE_MS))]);
  draw();
}

/** Text that is laid out before its typeface is there is laid out twice. */
async function typeface() {
  const { fontFamily } = getComputedStyle(document.body);
  // Without it there are other typefaces.
  await document.fonts.load(`13px ${fontFamily}`).catch(() => undefined);
}

/** Opens the store and goes to its first screen, unless a file was opened meanwhile. */
export async function open() {
  await store.load();
  if (!store.session || route.screen.at !== 'welcome') return;
  const first = firstScreen(store.session);
  const [coming] = [read(first), route.go(first)];
  // A part that cannot be read says so where it would stand.
  await coming.catch(() => undefined);
}

async function read(screen: Screen) {
  const asked = screen.at === 'run' ? current.open(screen.run) : listing.ahead();
  await Promise.all([SCREENS[screen.at](), asked]);
}
